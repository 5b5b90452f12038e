# Holdfast's commands: "make" lists them.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

JAR := app/target/holdfast.jar
SOURCES := $(shell find pom.xml app/pom.xml app/src/main nginx -type f)

# Maven runs on JDK 25, too, so that it checks the format of the code. It is looked for where
# app/bin/need finds it. Its JVM ends too soon for a second compiler.
MAVEN := \
	JAVA_HOME=$$(app/bin/find-jdk) || exit 1; export JAVA_HOME; \
	MAVEN_OPTS="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 $$MAVEN_OPTS --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"; \
	export MAVEN_OPTS; PATH="$$PATH:/opt/homebrew/bin" mvn -B

# What is missing is installed by one at a time.
.NOTPARALLEL:

.PHONY: help
help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' Makefile

.PHONY: build
build: $(JAR) ## build the jar, if it is older than its sources
	@:

$(JAR): $(SOURCES) | build-tools
	@echo "building $@"
	@$(MAVEN) -q -pl app -am -Dmaven.test.skip=true package
	@touch $@

# Installs what is missing, on Debian and Ubuntu as root; elsewhere it says what to install.
.PHONY: build-tools
build-tools:
	@app/bin/need jdk maven

.PHONY: tools
tools: ## install what make up needs, if it is missing: a JDK 25, Maven, nginx
	@app/bin/need jdk maven nginx

# Some tests need what not every machine has. They are skipped where it is missing.
.PHONY: test-tools
test-tools: ## the same with what some tests need: Chromium, GoAccess, ccache, Bazel, Prometheus, Squid
	@app/bin/need jdk maven nginx \
		--wanted chromium goaccess ccache bazel gcc curl zstd prometheus promtool squid

.PHONY: counters-artifact
counters-artifact: build-tools $(JAR) ## pack the counters for machines without Java, in challenge.tar.gz
	@app/bin/counters-artifact $(JAR) challenge.tar.gz

# The signal that ends make ends Holdfast as well, and an end by a signal is no failure. The shell
# passes it on as SIGTERM: what runs in its background does not hear Ctrl-C.
.PHONY: up
up: tools $(JAR) ## start everything on one machine, until Ctrl-C: make up [ARGS="--port 8080"]
	@app/bin/holdfast up $(ARGS) & pid=$$!; code=0; \
	trap 'kill -TERM $$pid 2>/dev/null' INT TERM HUP; \
	while kill -0 $$pid 2>/dev/null; do wait $$pid; code=$$?; done; \
	case $$code in 0|129|130|143) ;; *) exit $$code ;; esac

.PHONY: counters
counters: build-tools $(JAR) ## start five actors of the counters, until Ctrl-C: make counters [ARGS="--actors 3"]
	@app/bin/counters $(ARGS) & pid=$$!; code=0; \
	trap 'kill -TERM $$pid 2>/dev/null' INT TERM HUP; \
	while kill -0 $$pid 2>/dev/null; do wait $$pid; code=$$?; done; \
	case $$code in 0|129|130|143) ;; *) exit $$code ;; esac

.PHONY: watch
watch: build-tools $(JAR) ## try the watcher on a farm of sites, until Ctrl-C: make watch [ARGS="--count 500"]
	@app/bin/watch $(ARGS) & pid=$$!; code=0; \
	trap 'kill -TERM $$pid 2>/dev/null' INT TERM HUP; \
	while kill -0 $$pid 2>/dev/null; do wait $$pid; code=$$?; done; \
	case $$code in 0|129|130|143) ;; *) exit $$code ;; esac

# The profile check in pom.xml says what it runs. Modules that do not need one another are tested
# side by side.
.PHONY: check
check: build-tools ## compile, check the format, run the unit tests: in a minute or so
	@app/bin/count-tests $(MAKE) --no-print-directory check-here

.PHONY: check-here
check-here:
	@$(MAVEN) -q -T 2 --fail-at-end -P check test $(ARGS)

# The profile lint in pom.xml says how.
.PHONY: lint
lint: build-tools ## compile with Error Prone, which finds likely bugs
	@$(MAVEN) -q -T 2 --fail-at-end -P lint test-compile $(ARGS)

# All modules are tested, even if the tests of one fail.
.PHONY: test
test: test-tools ## compile and run the tests, but for those of test-long and of the other commands test-...
	@app/bin/count-tests $(MAKE) --no-print-directory test-here

.PHONY: test-one
test-one: build-tools ## run some tests alone: make test-one TEST='RingTest,TidyTest' or TEST='RingTest#method'
	@[ -n "$(TEST)" ] || { echo "TEST is missing: make test-one TEST='RingTest#method'" >&2; exit 1; }
	@$(MAVEN) test -Dtest='$(TEST)' -Dsurefire.failIfNoSpecifiedTests=false $(ARGS)

# With the tools that are there. Modules that do not need one another are tested side by side.
.PHONY: test-here
test-here:
	@$(MAVEN) -T 2 --fail-at-end test

# One class after the other: many of them put load on the machine for long.
.PHONY: test-long
test-long: test-tools ## run the long forms of tests that have one, so many times as long: make test-long [LONG=3]
	@app/bin/count-tests $(MAKE) --no-print-directory test-long-here

.PHONY: test-long-here
test-long-here:
	@$(MAVEN) -pl testkit,watch-db,app --fail-at-end -Dholdfast.long=$(or $(LONG),1) \
		-Dgroups=long -Dholdfast.excludedGroups='artifact | compose | power | net | simulation' -Dholdfast.forks=1 \
		-Dholdfast.jvm= -Dsurefire.failIfNoSpecifiedTests=false test $(ARGS)

# Seeds share nothing, so they take all cores.
.PHONY: test-seeds
test-seeds: build-tools ## run the simulation of the counters with thousands of seeds: make test-seeds [SEEDS=2000]
	@$(MAVEN) -pl app -am test -Dtest=SimulationTest -Dholdfast.runs=$(or $(SEEDS),2000) -Dholdfast.forks=1 \
		-Dsurefire.failIfNoSpecifiedTests=false -Dsurefire.reportNameSuffix=seeds $(ARGS)

.PHONY: test-times
test-times: ## list the slowest test classes of the last run: make test-times [SHOWN=20]
	@app/bin/test-times $(SHOWN)

.PHONY: coverage
coverage: test-tools ## run the tests and report which lines they reach: make coverage [ARGS=-Dtest=NameTest]
	@$(MAVEN) --fail-at-end -pl app -am -P coverage -Dsurefire.failIfNoSpecifiedTests=false test $(ARGS); \
	code=$$?; echo "the report: app/target/site/jacoco/index.html"; exit $$code

.PHONY: test-compose
test-compose: ## run the tests of the Compose stack, on a Docker Engine
	@.ci/with-docker $(MAKE) --no-print-directory test-compose-here

# On a Docker Engine that is there.
.PHONY: test-compose-here
test-compose-here: build-tools
	@$(MAVEN) -pl app -am test -Dgroups=compose -Dholdfast.excludedGroups= -Dtest='Compose*' \
		-Dsurefire.failIfNoSpecifiedTests=false -Dsurefire.reportNameSuffix=compose $(ARGS)

.PHONY: test-artifact
test-artifact: counters-artifact ## pack the counters and test what is packed
	@$(MAVEN) -pl app -am test -Dgroups=artifact -Dholdfast.excludedGroups= \
		-Dtest=ArtifactTest -Dholdfast.artifact='$(CURDIR)/challenge.tar.gz' \
		-Dsurefire.failIfNoSpecifiedTests=false -Dsurefire.reportNameSuffix=artifact $(ARGS)

.PHONY: test-power
test-power: build-tools ## run the tests of power failures and of failing disks, on real file systems; they need root and loop devices
	@if [ "$$(id -u)" != 0 ]; then echo "skipped: make test-power mounts file systems, and needs root"; exit 0; fi; \
	PATH="$$PATH:/usr/sbin:/sbin"; work=$$(mktemp -d) && trap 'rm -rf "$$work"' EXIT; \
	if ! { truncate -s 16M "$$work/image" && mkfs.ext4 -q -F "$$work/image" && mkdir "$$work/point" \
		&& mount -o loop "$$work/image" "$$work/point" && umount "$$work/point"; } >/dev/null 2>&1; then \
		echo "skipped: no ext4 can be mounted on a loop device here"; exit 0; fi; \
	$(MAVEN) -pl app -am test -Dgroups=power -Dholdfast.excludedGroups= \
		-Dtest='LoopDevice*Test' -Dsurefire.failIfNoSpecifiedTests=false \
		-Dsurefire.reportNameSuffix=power $(ARGS)

.PHONY: test-counters-net
test-counters-net: build-tools ## run counters in network namespaces that are cut from each other; needs root
	@if [ "$$(id -u)" != 0 ] || ! command -v ip >/dev/null || ! command -v iptables >/dev/null; then \
		echo "skipped: make test-counters-net needs root, ip and iptables"; exit 0; fi; \
	$(MAVEN) -pl app -am test -Dgroups=net -Dholdfast.excludedGroups= \
		-Dtest=NamespacesTest -Dsurefire.failIfNoSpecifiedTests=false \
		-Dsurefire.reportNameSuffix=net $(ARGS)

.PHONY: format
format: build-tools ## format the code
	@$(MAVEN) -q spotless:apply

.PHONY: contract
contract: build-tools ## hold a file server against the contract: make contract FILE_SERVER=http://host:port
	@[ -n "$(FILE_SERVER)" ] || { \
		echo "FILE_SERVER is missing: make contract FILE_SERVER=http://host:port" >&2; exit 1; }
	@$(MAVEN) -pl app -am test -Dtest=FileServerContractTest \
		-Dsurefire.failIfNoSpecifiedTests=false -Dholdfast.contract.fileServer="$(FILE_SERVER)"

.PHONY: load
load: build-tools ## put load on a running front: make load [URL=http://host:port] [SIMULATION=HotWrites]
	@$(MAVEN) -q -pl gatling -am test-compile gatling:test \
		-Dgatling.simulationClass=dev.holdfast.gatling.$(or $(SIMULATION),ChallengeTraffic) \
		$(if $(URL),-Dholdfast.url="$(URL)") $(ARGS)

.PHONY: test-load
test-load: tools $(JAR) ## test the simulations, on a stack that is right and on servers that lie
	@gatling/test-load

.PHONY: bench-tools
bench-tools: ## install what the benchmark needs, if it is missing: wrk, Varnish, gnuplot, strace
	@app/bin/need jdk maven nginx wrk varnishd gnuplot strace curl taskset

.PHONY: bench
bench: tools $(JAR) bench-tools ## measure beside other fronts: make bench [ARGS="--help"]
	@exec bench/bench $(ARGS)

.PHONY: bench-quick
bench-quick: tools $(JAR) bench-tools ## the same in two minutes, to see that it works
	@exec bench/bench --quick $(ARGS)

.PHONY: bench-growth
bench-growth: tools $(JAR) bench-tools ## measure how cost grows, and plot it: make bench-growth [ARGS="--help"]
	@exec bench/bench growth $(ARGS)

.PHONY: bench-profile
bench-profile: tools $(JAR) bench-tools ## where the time of a request goes: make bench-profile [ARGS="--help"]
	@exec bench/bench profile $(ARGS)

.PHONY: bench-steps
bench-steps: build-tools ## what the steps of a PUT on files cost: make bench-steps [ARGS="--help"]
	@app/bin/need jdk maven taskset
	@exec bench/bench steps $(ARGS)

.PHONY: bench-challenge
bench-challenge: ## the challenge's load until it breaks, in containers: make bench-challenge [ARGS="--help"]
	@.ci/with-docker bench/bench-challenge $(ARGS)

.PHONY: bench-jmh
bench-jmh: build-tools ## measure names, ring and index with JMH: make bench-jmh [ARGS="-f 1 Index"]
	@$(MAVEN) -q -P jmh -pl app -am test-compile dependency:build-classpath \
		-Dmdep.outputFile=target/jmh-class-path && \
	"$$JAVA_HOME/bin/java" --sun-misc-unsafe-memory-access=allow \
		-cp "app/target/test-classes:app/target/classes:$$(cat app/target/jmh-class-path)" \
		org.openjdk.jmh.Main -jvmArgsAppend --sun-misc-unsafe-memory-access=allow \
		$(or $(ARGS),-f 1 -w 1 -wi 3 -r 1 -i 5)

.PHONY: bench-writes
bench-writes: tools $(JAR) ## measure acknowledged writes at a constant rate: make bench-writes [ARGS="SECONDS MOST RAMP"]
	@bench/bench-writes $(ARGS)

.PHONY: bench-fibonacci
bench-fibonacci: tools $(JAR) ## measure the Fibonacci service within the limits of the Compose file; needs root and wrk
	@bench/bench-fibonacci $(ARGS)

.PHONY: bench-sequence
bench-sequence: tools $(JAR) ## measure the Fibonacci service beside a Go program; needs wrk, go and redis-server
	@bench/bench-sequence $(ARGS)

.PHONY: bench-counters
bench-counters: tools $(JAR) ## measure the counters, beside their goals and another program: make bench-counters [ARGS="--help"]
	@app/bin/need jdk maven wrk taskset
	@exec bench/bench counters $(ARGS)

.PHONY: bench-watcher-tools
bench-watcher-tools: ## install what is measured beside the watcher: blackbox_exporter, check_http, aiohttp
	@app/bin/need jdk maven taskset \
		--wanted prometheus-blackbox-exporter check_http aiohttp

.PHONY: bench-watcher
bench-watcher: build-tools $(JAR) bench-watcher-tools ## measure the watcher, beside its goals and other programs: make bench-watcher [ARGS="--help"]
	@exec bench/bench watcher $(ARGS)

.PHONY: bench-pairs
bench-pairs: ## measure 1 to 5 pairs within the limits of the Compose file; needs Docker and wrk
	@bench/bench-pairs $(ARGS)

.PHONY: bench-port
bench-port: ## measure the ways to the port of the Compose stack; needs Docker and wrk
	@bench/bench-port $(ARGS)

.PHONY: clean
clean: build-tools ## remove what was built
	@$(MAVEN) -q clean
