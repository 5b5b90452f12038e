package dev.holdfast.scoreboard;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * The state that the live page shows.
 *
 * @param now successful requests in the newest second of which all lines are there
 * @param summary since the scoreboard was started
 * @param invalidData wrong answers that a load run has counted; null if no run has measured them
 * @param recent the last minutes, by second
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record Board(
    double now,
    Summary summary,
    Long invalidData,
    List<SidecarState> sidecars,
    List<Summary.Point> recent) {}
