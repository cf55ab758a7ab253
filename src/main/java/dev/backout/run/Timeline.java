package dev.backout.run;

import java.time.Clock;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What happened in a run, as people read it. The ledger has the same with proofs. */
@Component
public class Timeline {

	private final JdbcClient jdbc;

	private final RunTracks tracks;

	private final RunSignals signals;

	private final Clock clock;

	Timeline(JdbcClient jdbc, RunTracks tracks, RunSignals signals, Clock clock) {
		this.jdbc = jdbc;
		this.tracks = tracks;
		this.signals = signals;
		this.clock = clock;
	}

	/** Adds an entry in the caller's transaction and tells every node. */
	public void add(RunId run, String kind, String actor, @Nullable String stepId, String text) {
		this.tracks.add(new RunTracks.Line(run, this.clock.instant(), kind, actor, stepId, text));
		this.signals.changed(run);
	}

	List<TimelineEntry> of(RunId run) {
		return this.jdbc.sql("""
				select number, at, kind, actor, step_id, text
				from backout.run_event where run = :run order by number
				""")
			.param("run", run.value())
			.query((row, number) -> new TimelineEntry(row.getLong("number"), Rows.instant(row, "at"),
					row.getString("kind"), row.getString("actor"), row.getString("step_id"), row.getString("text")))
			.list();
	}

}
