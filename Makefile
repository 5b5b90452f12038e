# Holdfast's commands: "make" lists them.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

JAR := app/target/holdfast.jar
SOURCES := $(shell find pom.xml app/pom.xml app/src/main nginx -type f)

# Maven runs on JDK 25, too, so that it checks the format of the code.
MAVEN := \
	command -v mvn >/dev/null || { echo "Maven not found: install Maven 3.8 or newer." >&2; exit 1; }; \
	JAVA_HOME=$$(app/bin/find-jdk) || exit 1; export JAVA_HOME; \
	MAVEN_OPTS="$$MAVEN_OPTS --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"; \
	export MAVEN_OPTS; mvn -B

.PHONY: help
help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

.PHONY: build
build: $(JAR) ## build the jar, if it is older than its sources
	@:

$(JAR): $(SOURCES)
	@echo "building $@"
	@$(MAVEN) -q -pl app -am -DskipTests package
	@touch $@

.PHONY: nginx
nginx: ## install nginx, if it is missing
	@PATH="$$PATH:/usr/sbin:/usr/local/sbin:/opt/homebrew/bin"; \
	if command -v nginx >/dev/null; then \
		exit 0; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo "installing nginx"; \
		export DEBIAN_FRONTEND=noninteractive; \
		apt-get -q update && apt-get -q install -y --no-install-recommends nginx; \
	else \
		echo "nginx not found: apt-get install nginx (Debian, Ubuntu; as root) or brew install nginx (macOS)." >&2; \
		exit 1; \
	fi

# Some tests need what not every machine has. They are skipped where it is missing.
.PHONY: test-tools
test-tools: prometheus squid ## install what some tests need, if it can be: Chromium, GoAccess, ccache, Bazel, Prometheus, Squid
	@if command -v chromium >/dev/null && command -v goaccess >/dev/null && command -v ccache >/dev/null \
		&& command -v bazel >/dev/null && command -v gcc >/dev/null && command -v curl >/dev/null \
		&& command -v zstd >/dev/null; then \
		exit 0; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo "installing chromium, goaccess, ccache and bazel"; \
		export DEBIAN_FRONTEND=noninteractive; \
		apt-get -q update; \
		for package in \
			chromium fonts-dejavu-core goaccess ccache gcc libc6-dev bazel-bootstrap curl zstd; do \
			apt-get -q install -y --no-install-recommends $$package || \
				echo "$$package cannot be installed: the tests that need it are skipped." >&2; \
		done; \
	else \
		echo "not all test tools found: the tests that need them are skipped." >&2; \
	fi

# Its two programs alone: the package would make a service of it, which starts with the machine.
.PHONY: prometheus
prometheus:
	@if command -v prometheus >/dev/null && command -v promtool >/dev/null; then \
		exit 0; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo "unpacking prometheus and promtool into /usr/local/bin"; \
		work=$$(mktemp -d) && trap 'rm -rf "$$work"' EXIT && chmod 755 "$$work" && cd "$$work" && \
		{ apt-get -q update && apt-get -q -o APT::Sandbox::User=root download prometheus && \
			dpkg-deb -x prometheus_*.deb . && \
			install -m 755 usr/bin/prometheus usr/bin/promtool /usr/local/bin/; } \
			|| echo "prometheus cannot be installed: its tests are skipped." >&2; \
	else \
		echo "prometheus or promtool not found: their tests are skipped." >&2; \
	fi

# Without its service, which the package would start, now and with the machine.
.PHONY: squid
squid:
	@PATH="$$PATH:/usr/sbin"; \
	if command -v squid >/dev/null; then \
		exit 0; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo "installing squid"; \
		export DEBIAN_FRONTEND=noninteractive; policy=/usr/sbin/policy-rc.d; \
		[ -e $$policy ] || { trap 'rm -f /usr/sbin/policy-rc.d' EXIT; \
			printf '#!/bin/sh\nexit 101\n' >$$policy && chmod 755 $$policy; }; \
		{ apt-get -q update && apt-get -q install -y --no-install-recommends squid; } \
			|| echo "squid cannot be installed: its tests are skipped." >&2; \
		if command -v systemctl >/dev/null; then systemctl -q disable squid 2>/dev/null || true; fi; \
	else \
		echo "squid not found: its tests are skipped." >&2; \
	fi

# The signal that ends make ends Holdfast as well, and an end by a signal is no failure. The shell
# passes it on as SIGTERM: what runs in its background does not hear Ctrl-C.
.PHONY: up
up: $(JAR) nginx ## start everything on one machine, until Ctrl-C: make up [ARGS="--port 8080"]
	@app/bin/holdfast up $(ARGS) & pid=$$!; code=0; \
	trap 'kill -TERM $$pid 2>/dev/null' INT TERM HUP; \
	while kill -0 $$pid 2>/dev/null; do wait $$pid; code=$$?; done; \
	case $$code in 0|129|130|143) ;; *) exit $$code ;; esac

.PHONY: test
test: nginx test-tools ## build and run the tests, but for those of test-load and test-compose
	@$(MAVEN) verify

.PHONY: test-compose
test-compose: ## run the tests of the Compose stack, on a Docker Engine
	@.ci/with-docker $(MAKE) --no-print-directory test-compose-here

# On a Docker Engine that is there.
.PHONY: test-compose-here
test-compose-here:
	@$(MAVEN) -pl app -am test -Dgroups=compose -Dholdfast.excludedGroups= -Dtest='Compose*' \
		-Dsurefire.failIfNoSpecifiedTests=false -Dsurefire.reportNameSuffix=compose $(ARGS)

.PHONY: format
format: ## format the code
	@$(MAVEN) -q spotless:apply

.PHONY: contract
contract: ## hold a file server against the contract: make contract FILE_SERVER=http://host:port
	@[ -n "$(FILE_SERVER)" ] || { \
		echo "FILE_SERVER is missing: make contract FILE_SERVER=http://host:port" >&2; exit 1; }
	@$(MAVEN) -pl app -am test -Dtest=FileServerContractTest \
		-Dsurefire.failIfNoSpecifiedTests=false -Dholdfast.contract.fileServer="$(FILE_SERVER)"

.PHONY: load
load: ## put load on a running front: make load [URL=http://host:port] [SIMULATION=HotWrites]
	@$(MAVEN) -q -pl gatling test-compile gatling:test \
		-Dgatling.simulationClass=dev.holdfast.gatling.$(or $(SIMULATION),ChallengeTraffic) \
		$(if $(URL),-Dholdfast.url="$(URL)") $(ARGS)

.PHONY: test-load
test-load: $(JAR) nginx ## test the simulations, on a stack that is right and on servers that lie
	@gatling/test-load

.PHONY: bench-tools
bench-tools: ## install what the benchmark needs, if it is missing: wrk, Varnish, gnuplot, strace
	@PATH="$$PATH:/usr/sbin"; \
	if command -v wrk >/dev/null && command -v varnishd >/dev/null && command -v gnuplot >/dev/null \
		&& command -v strace >/dev/null && command -v curl >/dev/null && command -v taskset >/dev/null; then \
		exit 0; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo "installing what the benchmark needs"; \
		export DEBIAN_FRONTEND=noninteractive; \
		apt-get -q update && apt-get -q install -y --no-install-recommends \
			curl gnuplot-nox strace util-linux varnish wrk; \
	else \
		echo "missing: apt-get install curl gnuplot-nox strace util-linux varnish wrk (Debian; as root)." >&2; \
		exit 1; \
	fi

.PHONY: bench
bench: $(JAR) nginx bench-tools ## measure beside other fronts: make bench [ARGS="--help"]
	@exec gatling/bench $(ARGS)

.PHONY: bench-quick
bench-quick: $(JAR) nginx bench-tools ## the same in two minutes, to see that it works
	@exec gatling/bench --quick $(ARGS)

.PHONY: bench-growth
bench-growth: $(JAR) nginx bench-tools ## measure how cost grows, and plot it: make bench-growth [ARGS="--help"]
	@exec gatling/bench growth $(ARGS)

.PHONY: bench-profile
bench-profile: $(JAR) nginx bench-tools ## where the time of a request goes: make bench-profile [ARGS="--help"]
	@exec gatling/bench profile $(ARGS)

.PHONY: bench-challenge
bench-challenge: ## the challenge's load until it breaks, in containers: make bench-challenge [ARGS="START GROWTH SECONDS"]
	@.ci/with-docker compose/bench-challenge $(ARGS)

.PHONY: bench-jmh
bench-jmh: ## measure names, ring and index with JMH: make bench-jmh [ARGS="-f 1 Index"]
	@$(MAVEN) -q -P jmh -pl app test-compile dependency:build-classpath \
		-Dmdep.outputFile=target/jmh-class-path && \
	"$$JAVA_HOME/bin/java" --sun-misc-unsafe-memory-access=allow \
		-cp "app/target/test-classes:app/target/classes:$$(cat app/target/jmh-class-path)" \
		org.openjdk.jmh.Main -jvmArgsAppend --sun-misc-unsafe-memory-access=allow \
		$(or $(ARGS),-f 1 -w 1 -wi 3 -r 1 -i 5)

.PHONY: bench-writes
bench-writes: $(JAR) nginx ## measure acknowledged writes, beside the file servers alone
	@gatling/bench-writes $(ARGS)

.PHONY: bench-fibonacci
bench-fibonacci: $(JAR) nginx ## measure the Fibonacci service within the limits of the Compose file; needs root and wrk
	@gatling/bench-fibonacci $(ARGS)

.PHONY: bench-pairs
bench-pairs: ## measure 1 to 5 pairs within the limits of the Compose file; needs Docker and wrk
	@compose/bench-pairs $(ARGS)

.PHONY: clean
clean: ## remove what was built
	@$(MAVEN) -q clean
