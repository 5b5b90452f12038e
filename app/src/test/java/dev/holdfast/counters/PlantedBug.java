package dev.holdfast.counters;

import java.util.List;

/**
 * A fault that counters have had elsewhere, as a change of the source.
 *
 * <p>{@link #finder} names what has to find it: a test that {@link BugFinder} knows, or a number of
 * simulated lives.
 */
enum PlantedBug {
  SINGLE_COLLECT(
      "40 lives",
      change(
          "Reading",
          "    if (before.filter(now::isSameAs).isPresent()) {",
          "    if (before.isEmpty()) {\n      before = Optional.of(now);\n    }\n"
              + "    if (before.filter(now::isSameAs).isPresent()) {")),
  NAME_JOINS_A_QUESTION_THAT_IS_UNDER_WAY(
      "name_thatIsUnderWay_isAskedForAnew",
      change(
          "Collects",
          "    line.waiting.put(name",
          "    (line.underWay.containsKey(name) ? line.underWay : line.waiting).put(name")),
  ROUND_TAKES_AN_ANSWER_FROM_BEFORE_IT(
      "400 lives",
      change(
          "Collects",
          "    line.waiting.put(name",
          "    Answer former = line.former.remove(name);"
              + "    if (former != null) { then.accept(former); return; }"
              + "    line.waiting.put(name"),
      change(
          "Collects",
          "    private boolean isAsking;",
          "    private boolean isAsking; private final Map<CounterName, Answer> former ="
              + " new HashMap<>();"),
      change(
          "Collects",
          "            next.getValue().then()",
          "            former.put(next.getKey(), new Answer.Served(actor, process, stamp, body));"
              + "            next.getValue().then()")),
  EACH_NAME_IS_ASKED_FOR_ALONE(
      "readsOfManyCounters_atAllOfTwenty_endInTime_whereMessagesTakeLong",
      change(
          "Round",
          "reads.collects().collect(address, name, this::isOver, then",
          "reads.asker().askAnyhow(address, new Request.Collect(List.of(name)), then")),
  NAME_THAT_DID_NOT_FIT_IS_FORGOTTEN(
      "answer_hasAsManyCountersAsFit_andTheOthersAreAskedForAgain",
      change("Collects", "        askAgain(left);", "")),
  NAMES_ARE_ASKED_FOR_THAT_NOBODY_READS(
      "names_thatNobodyReadsAnyMore_areNotAskedFor",
      change("Collects", "waiting.values().removeIf(wish -> wish.isOver().getAsBoolean());", "")),
  SLOW_ACTOR_IS_ASKED_THROUGH_OTHERS(
      "actorThatIsSlow_isNotAskedThroughOthers",
      change("Asker", "peer.failures() > 0 && !isSlow", "peer.failures() > 0")),
  OTHERS_ARE_ASKED_TO_ASK_WITHOUT_END(
      "questionsThroughOthers_areBounded", change("Asker", " || relayed >= RELAYED_MAX", "")),
  MAXIMUM_OF_TOTALS(
      "40 lives",
      change(
          "Collected",
          "told.forEach(share -> newest.merge(share.slot(), share, Collected::newer));",
          "BigInteger sum = told.stream().map(SlotShare::value)"
              + ".reduce(BigInteger.ZERO, BigInteger::add);"
              + "if (sum.compareTo(total()) > 0) { newest.clear();"
              + " told.forEach(share -> newest.put(share.slot(), share)); }")),
  OLDER_FILE_THAT_SAYS_MORE_IS_THE_LOG(
      "olderFileThatSaysMore_isPassedOver",
      new Change(
          "disk/LogFiles.java",
          "return numbers(config.filePrefix()).stream().mapToLong(Long::longValue).max();",
          "long best = 0; int most = -1;"
              + " for (long number : numbers(config.filePrefix())) {"
              + " try (InputStream in = disk.open(file(number))) {"
              + " int length = in.readAllBytes().length;"
              + " if (length > most) { most = length; best = number; } } }"
              + " return most < 0 ? OptionalLong.empty() : OptionalLong.of(best);")),
  OWN_UNSENT_SHARE_IS_CLEARED_ON_A_MERGE(
      "partition_countsOnBothSides_andHealsByItself",
      change(
          "Exchange",
          "boolean isNew = ledger.mergeWithinMemory(range);",
          "boolean isNew = ledger.mergeWithinMemory(range);"
              + " if (isNew && partners.values().stream().anyMatch(p -> p.isStale)) {"
              + " own.living().ifPresent(slot -> range.entries().forEach(entry ->"
              + " ledger.counter(entry.name()).ifPresent(counter -> counter.find(slot)"
              + ".ifPresent(share -> counter.set(share, java.math.BigInteger.ZERO,"
              + " share.sequence()))))); }")),
  PLACE_IN_THE_LIST_IS_THE_IDENTITY(
      "actorThatIsDropped_andOneThatIsAdded_doNotCountAsOne",
      change(
          "OwnState",
          "orElseGet(() -> Id.random(random))",
          "orElseGet(() -> new Id(1, 1 + configuration.seen().keySet().stream()"
              + ".filter(place -> place.actor().equals(actor)).findFirst()"
              + ".map(place -> configuration.actors().headSet(place.address()).size())"
              + ".orElse(0)))")),
  SHARES_OF_OTHERS_ARE_BROUGHT_UNASKED(
      "shares_whileTwentyCount_areSeldomSentTwice",
      change(
          "Exchange",
          "partner.news(ledger, this::isOwn), false",
          "partner.news(ledger, _ -> true), false")),
  ACTOR_IS_ASKED_FOR_THE_SAME_IN_VAIN(
      "actorThatHasNothingNew_isNotAskedForItAgain",
      change("Pulls", "!asked.equals(before.get(id))", "true")),
  LOAD_LEAVES_NO_TIME_TO_LOOK_WHO_IS_WHERE(
      "addressThatOnceLedHere_isAskedAgain_whileMuchIsCounted",
      change(
          "Exchange",
          "pushToStale(now);\n    if (now",
          "pushToStale(now);\n    if (!isWaking && now")),
  FAILURE_LEAVES_A_QUESTION_UNANSWERED(
      "questionThatFails_isAnsweredAllTheSame",
      change(
          "Asker",
          "guarded.run(step, () -> accept(new Answer.NotReached(false)));",
          "step.run();")),
  FAILURE_LEAVES_A_ROUND_UNENDED(
      "roundThatFails_whenItEnds_isFollowedByAnotherOne",
      change("Reading", "reads.guarded().run(task, this::recover);", "task.run();")),
  FAILURE_LEAVES_A_KEY_UNDER_WAY(
      "requestThatFails_isUnknown_andItsRepetitionCountsOnce",
      change(
          "Increments", "guarded.run(() -> add(request), () -> fail(request));", "add(request);")),
  FAILURE_LEAVES_A_HAND_OVER_UNENDED(
      "handOverThatFails_isTriedAgain",
      change("Leaving", "guarded.run(this::tryToHandOver, this::later);", "tryToHandOver();")),
  FAILURE_LEAVES_A_PULL_UNENDED(
      "pullThatFails_isNotTheLastOne",
      change(
          "Pulls",
          "isPulling = false; // first",
          "isPulling = answer instanceof Answer.Served; //"),
      change("Pulls", "boolean isEnd =", "isPulling = false; boolean isEnd =")),
  MISSING_ACTOR_IS_IGNORED(
      "read_withOneDown_namesItAndWhatIsKnown_andIsRightOnceItIsBack",
      change("Round", "later(RETRY_MS, () -> ask(address));", "left.remove(address); heardAll();")),
  SHOWN_BEFORE_IT_IS_FORCED(
      "200 lives",
      change(
          "OwnState",
          "return batch.records();\n  }\n\n  private BigInteger",
          "var early = batch.records(); batch.apply(); return early;\n  }\n\n  private BigInteger")),
  START_SHOWS_WHAT_IS_NOT_FORCED(
      "200 lives",
      new Change(
          "disk/LogWriter.java",
          "writeSnapshot(records);\n    force();",
          "writeSnapshot(records);\n    forced = written;")),
  SLOT_IS_CONTINUED_BY_THE_NEXT_PROCESS(
      "restoredDirectory_losesNothingThatItCountsThen",
      change(
          "OwnState",
          "  Optional<Slot> living() {\n    return living;",
          "  Optional<Slot> living() {\n"
              + "    return living.isPresent() ? living : own().stream().findFirst();"),
      change("OwnState", "final Id slot = living.map", "final Id slot = living().map"),
      change("OwnState", "long sequence = living.map", "long sequence = living().map"),
      change("OwnState", "return living\n        .flatMap", "return living()\n        .flatMap")),
  SLOTS_ARE_NOT_RANDOM(
      "increments_atThree_areTheirSumEverywhere",
      change("OwnState", "orElseGet(() -> Id.random(random))", "orElse(new Id(1, 1))")),
  DELTAS_ARE_ADDED(
      "increments_atThree_areTheirSumEverywhere",
      change(
          "Ledger",
          "counter.set(share, value, sequence);",
          "counter.set(share, share.value().add(value).max(value.add(value)), sequence);")),
  OLDER_NEWS_REPLACE_NEWER(
      "200 lives",
      change("Ledger", "isNewer = sequence > formerly;", "isNewer = sequence != formerly;")),
  SEQUENCE_IS_TAKEN_WITH_A_GAP(
      "merge_ofWhatDoesNotFollow_claimsNothing",
      change("Ledger", "if (before >= range.from()) {", "if (before >= 0) {")),
  PART_OF_A_ROW_CLAIMS_ITS_END(
      "parts_butTheLast_claimNothing",
      change(
          "Range",
          "slot.id(), slot.actor(), from, from, List.copyOf(entries)",
          "slot.id(), slot.actor(), from, entries.getLast().sequence(), List.copyOf(entries)")),
  FREEZE_DOES_NOT_WAIT_FOR_WHAT_IS_IN_FLIGHT(
      "freeze_waitsForTheIncrementsThatAreInFlight",
      change(
          "Increments",
          "if (inFlight.containsKey(name)) {\n      draining",
          "if (false) {\n      draining")),
  FREEZE_IS_TRUSTED_WITHOUT_ITS_RELEASE(
      "400 lives", change("Round", "step(held ? ", "step(true ? ")),
  FREEZES_SHARE_A_NUMBER(
      "freezeThatLapsed_isNotHeld_thoughTheCounterIsFrozenAgain",
      change("Freezes", "Id number = Id.random(random);", "Id number = new Id(1, 1);")),
  READER_FOR_ALL_ANSWERS_THOSE_WHO_CAME_LATER(
      "readerThatComesWhileAnotherActorReads_isNotAnsweredByThat",
      change("Reading", "answerAll(satisfied, outcome);", "answerAll(waiters(), outcome);")),
  READER_FOR_ALL_IS_THE_ONLY_ONE(
      "hotCounter_whoseReaderForAllIsSilent_isReadAllTheSame",
      change(
          "Reading",
          "start(Round.Kind.FREEZE, Optional.empty());",
          "start(Round.Kind.READ, reads.readerForAll());")),
  EACH_READS_A_HOT_COUNTER_BY_ITSELF(
      "readsOfOneHotCounter_atAllActors_allEnd",
      change(
          "Reads",
          "membership.isListed() ? membership.firstReachable() : Optional.empty()",
          "Optional.empty()")),
  READER_HAS_AN_OLD_CONFIGURATION(
      "reader_withAnOldConfiguration_takesTheNewOneFirst",
      change(
          "Answering",
          "if (!message.stamp().equals(membership.stamp())) {\n      Configuration mine",
          "if (message.stamp().equals(Id.NONE)) {\n      Configuration mine"),
      change("Asker", "reply.stamp().equals(stamp)\n", "reply != null\n")),
  VERSION_COUNTS_WITHOUT_ITS_LINE(
      "oldDirectories_doNotDropAFreshRun",
      change(
          "Configuration",
          "    boolean hasOther = hasAbsorbed(other);",
          "if (version != other.version) return newer(other);\n boolean hasOther = hasAbsorbed(other);"),
      change(
          "Configuration",
          "  private Choice chosen() {",
          "  private Choice newer(Configuration other) {\n    return (version > other.version ? this : other).chosen(); }\n  private Choice chosen() {")),
  WHO_ANSWERED_WHERE_IS_NOT_NOTED(
      "lostDirectory_isANewActor_andSurvivorsKeepWhatTheyKnow",
      change("Membership", "if (!isNoted && !isFull() && noting.add(place)) {", "if (false) {"),
      change(
          "Configuration",
          "return generation != null && generation > ended.getOrDefault(actor, 0L);",
          "return true;")),
  SHARE_IS_SHOWN_THAT_NOBODY_HAS_FORCED(
      "shareThatOnlyAMemoryHas_isForcedBeforeItIsShown",
      change("Reading", "if (unforced.isEmpty()) {", "if (true) {")),
  DROP_DOES_NOT_WAIT_FOR_WHAT_IS_IN_FLIGHT(
      "droppedActor_waitsForWhatIsInFlight",
      change(
          "Leaving",
          "    hasHandedOver = false;\n",
          "    if (!isHandingOver) { isHandingOver = true; handOver(); } hasHandedOver = false;\n"),
      change("Leaving", "others.isEmpty() || own.stopped() == 0 || ", "others.isEmpty() || "),
      change(
          "Leaving", "membership.actor(), own.stopped(), known", "membership.actor(), 1, known")),
  PART_OF_A_ROW_IS_TAKEN_BY_ANOTHER_PROCESS(
      "handOverOfMuch_survivesKillsOfWhoTakesIt",
      change("Exchange", "if (!push.to().equals(Id.NONE) &&", "if (false &&")),
  ADDRESS_THAT_NOBODY_HEARD_OF_IS_FORGOTTEN(
      "actorThatWasListed_andNeverHeard_isUnconfirmedWhenItIsDropped",
      change("Configuration", "more.put(new Seen(nobody(address), address), 1L);", "")),
  KEY_IS_LOOKED_UP_TOO_LATE(
      "key_thatComesAgainAtADroppedActor_isStillCounted",
      change("Increments", "if (before.isPresent()) {", "if (false) {")),
  DROPPED_ACTOR_GOES_ON(
      "droppedActor_stopsAndHandsOver",
      change("Increments", "    if (isStopped) {\n      refuse", "    if (false) {\n      refuse")),
  STOP_IS_NOT_KEPT(
      "droppedActor_stopsAndHandsOver",
      change("OwnState", "case STOP -> stopped = in.number();", "case STOP -> in.number();")),
  SILENT_ACTOR_IS_ASKED_WITHOUT_END(
      "silentActor_isAskedABoundedNumberOfQuestions",
      change("InFlight", "count >= SILENT_ADDRESS_MAX", "false")),
  SILENT_ACTORS_ARE_ASKED_WITHOUT_END_TOGETHER(
      "silentActors_areAskedABoundedNumberOfQuestions_inAll",
      change("InFlight", "|| silent.count >= ALL_SILENT_MAX", "|| false"),
      change("InFlight", "|| silent.bytes >= SILENT_BYTES_MAX", "|| false")),
  SILENT_ACTOR_IS_SENT_THE_CONFIGURATION_EACH_TIME(
      "silentActor_isSentTheConfigurationOnceASecond",
      change("Peer", "if (hasAnswered || isLong) {", "if (true) {")),
  ADDRESS_THAT_ONCE_LED_HERE_LEADS_HERE_FOR_EVER(
      "addressThatOnceLedHere_andLeadsToAnotherMachineNow_isReadThere",
      change(
          "Membership",
          "filter(a -> !network.isSurelyOwn(a)).toList();",
          "filter(a -> !isSelf(a)).toList();")),
  ADDRESS_THAT_IS_TAKEN_FOR_OWN_IS_NOT_ASKED(
      "addressThatIsTakenForOwn_andLeadsToAnotherMachine_isReadThere",
      change(
          "Membership",
          "filter(a -> !network.isSurelyOwn(a)).toList();",
          "filter(a -> !network.isOwn(a)).toList();")),
  FREEZE_TRUSTS_AN_ADDRESS_THAT_LED_HERE(
      "addressThatLedHere_andLeadsToAnotherMachineDuringAFreeze_isNotPassedOver",
      change("Round", "holds.atSelf(address);", "")),
  KEY_IS_NOT_IN_THE_RECORD(
      "100 lives",
      change(
          "OwnState", "newKeys.forEach((key, amounts) -> records.add(record(key, amounts)));", "")),
  REPETITION_IS_REFUSED_WHERE_THE_FIRST_MAY_COUNT(
      "repetition_afterAFailedForce_isUnknown",
      change(
          "OwnState",
          "return failure == Failure.UNKNOWN || isDoubtful",
          "return failure == Failure.UNKNOWN")),
  REPETITION_DOES_NOT_WAIT_FOR_THE_FIRST(
      "repetition_whileTheFirstWaitsForTheDisk_waitsForIt",
      change("Increments", "if (key.isEmpty()) {", "if (true) {")),
  DEAD_ACTOR_HAS_LEFT_NOTHING_OF_ITS_OWN(
      "100 lives",
      change(
          "Looks",
          "if (serial.call(() -> lacks(slot))) {",
          "if (!slot.actor().equals(left.actor()) && serial.call(() -> lacks(slot))) {")),
  DEAD_ACTOR_IS_TRUSTED_BEFORE_ALL_OF_IT_IS_TAKEN(
      "read_takesOverTheConfigurationOfADeadActor",
      change("Looks", "membership.configuration().merge(theirs).equals(", "Id.NONE.equals("),
      change("Round", "} else if (!found.get().isTaken()) {", "} else if (false) {")),
  DEAD_ACTOR_THAT_COMES_BACK_IS_PASSED_OVER(
      "deadActor_thatComesBackDuringAFreeze_isNotPassedOver",
      change("Remains", "now.equals(Optional.of(left))", "true")),
  NOTE_IS_LEFT_OUT_THAT_MATTERS(
      "notesOfActorsThatHaveNotEnded_stay",
      change("Configuration", "living().forEach(over::remove);", "")),
  CONFIGURATION_THAT_IS_TOO_LONG_IS_WRITTEN(
      "configurationThatIsTooLong_isNotTaken_andIncrementsGoOn",
      change("Membership", "return isTooLong[0] ? before : next;", "return next;")),
  LONGER_VALUES_ARE_TAKEN_WITHOUT_END(
      "longerValue_withoutMemory_isRefused_andShortOnesCount",
      change("Ledger", "if (isLonger(before.add(wanted.getValue()), before)) {", "if (false) {")),
  OTHERS_FILL_THE_MEMORY(
      "counterThatIsKnown_isBroughtUpToDate_withoutMemory",
      change("Exchange", "ledger.mergeWithinMemory(range)", "ledger.merge(range)")),
  SHARE_IS_SHOWN_THAT_WAS_NOT_KEPT(
      "shareThatNobodyHasForced_isNotShown_whereThereIsNoMemoryForIt",
      change("Reading", "|| reads.lacksAny(name, unforced)", "")),
  FORGOTTEN_ACTOR_FORGETS_ITSELF(
      "forgottenActor_thatKnowsIt_andWhoseNoteIsLeftOut_givesWhatItHas",
      change("Membership", "isLeftOut && mustKeepOwnNotes.getAsBoolean()", "false")),
  FAILURE_ENDS_THE_EXCHANGE(
      "networkThatFails_doesNotEndTheExchange",
      change("Guarded", "catch (RuntimeException | Error e)", "catch (IllegalCallerException e)")),
  NEWS_ARE_WHAT_SOMEBODY_SAYS_IT_HAS(
      "newsAge_growsUntilAllIsBroughtThatTheOtherOneSaysItKnows",
      change(
          "Partner", "new Missing(left, askedNanos)", "new Missing(new TreeMap<>(), askedNanos)")),
  RELAY_ASKS_ANYBODY(
      "relay_asksOnlyAddressesOfActors", change("Answering", "if (!isAnActor) {", "if (false) {")),
  HELD_BACK_FOR_EVER(
      "incrementThatIsHeldBackForLong_isRefused",
      change("Increments", "if (held.size() == 1) {", "if (false) {")),
  END_FORGETS_WHO_IS_HELD_BACK(
      "incrementThatIsHeldBack_isRefusedWhenTheActorEnds",
      change("Increments", "isClosed = true;\n    refuseHeld", "if (false) refuseHeld")),
  POST_WAITS_FOR_EVERYBODY(
      "post_endsInTime_whoeverDoesNotAgree",
      change("Configuring", "clock.after(ASK_MS, () -> serial.run(inquiry::end));", "")),
  POST_ASKS_NOBODY_FOR_HELP(
      "post_reachesThroughOthers", change("Configuring", "asker.askAnyhow(", "asker.ask(")),
  FORGOTTEN_ACTOR_KEEPS_WHAT_IT_HAS(
      "forgottenActor_givesWhatItHas",
      change("Leaving", "(!hasHandedOver || (isAwaited", "((isAwaited")),
  DROP_THAT_WAS_NOT_HEARD_IS_NEVER_CONFIRMED(
      "actorThatIsListedAndDroppedUnheard_isConfirmedInTheEnd",
      change("Leaving", "own.stopped() >= generation();", "own.stopped() > 0;")),
  COPY_ENDS_THE_ORIGINAL(
      "copyThatIsDropped_handsOver_andDoesNotEndTheOriginal",
      change("Answering", "if (membership.mayBeThere(handOver.actor())) {", "if (false) {")),
  COPY_NOTES_THE_ORIGINAL_ANEW(
      "copyThatIsDropped_handsOver_andDoesNotEndTheOriginal",
      change(
          "Membership",
          "note(reply.actor(), address, 1);",
          "note(reply.actor(), address, reply.actor().equals(actor()) ? own.stopped() + 1 : 1);")),
  SEQUENCE_OF_A_FAILED_FORCE_IS_USED_AGAIN(
      "sequenceOfAFailedForce_isNotUsedAgain",
      change("OwnState", "if (failure == Failure.UNKNOWN) {", "if (false) {")),
  HAND_OVER_IS_NOT_FORCED(
      "handOver_isForcedBeforeItIsConfirmed",
      change(
          "Answering",
          "second -> end(message, handOver, first && second, then)));",
          "second -> {}));\n    end(message, handOver, true, then);"),
      change("Persistence", "} else if (!log.ask(new Persist(ranges, then))) {", "} else {"));

  /**
   * One change.
   *
   * @param file its package's place, and its name
   */
  record Change(String file, String original, String replacement) {}

  private final String finder;

  @SuppressWarnings("ImmutableEnumChecker") // List.of makes it
  private final List<Change> changes;

  PlantedBug(String finder, Change... changes) {
    this.finder = finder;
    this.changes = List.of(changes);
  }

  private static Change change(String type, String original, String replacement) {
    return new Change("counters/" + type + ".java", original, replacement);
  }

  String finder() {
    return finder;
  }

  List<Change> changes() {
    return changes;
  }
}
