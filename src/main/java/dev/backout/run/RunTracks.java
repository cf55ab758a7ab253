package dev.backout.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.backout.kernel.PerTransaction;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What a transaction leaves of runs: where their tokens went, and lines of their
 * timelines. A transaction moves a token over many elements, so all of it is written at
 * once, before it commits.
 */
@Component
class RunTracks {

	private final JdbcClient jdbc;

	private final RunLock lock;

	private final PerTransaction<Tracks> tracks = new PerTransaction<>(Tracks::new, this::write);

	RunTracks(JdbcClient jdbc, RunLock lock) {
		this.jdbc = jdbc;
		this.lock = lock;
	}

	/** A line of a timeline. */
	record Line(RunId run, Instant at, String kind, String actor, @Nullable String stepId, String text) {
	}

	/** An element of a run. */
	record Place(RunId run, String elementId) {
	}

	/** What a transaction did at an element. */
	static final class Moves {

		private RunTrace.Kind kind = RunTrace.Kind.OTHER;

		private int entered;

		private int done;

		private int cancelled;

		void entered(RunTrace.Kind kind) {
			this.kind = kind;
			this.entered++;
		}

		void left(boolean cancelled) {
			if (cancelled) {
				this.cancelled++;
			}
			else {
				this.done++;
			}
		}

	}

	private record Tracks(Map<Place, Moves> moves, List<Line> lines) {

		Tracks() {
			this(new LinkedHashMap<>(), new ArrayList<>());
		}

	}

	/**
	 * Nothing moves without a transaction; the first move of one waits for its turn.
	 */
	void move(RunId run, String elementId, Consumer<Moves> move) {
		this.lock.hold(run);
		var moves = this.tracks.get()
			.orElseThrow(() -> new IllegalStateException("A run moves in a transaction: " + run))
			.moves();
		move.accept(moves.computeIfAbsent(new Place(run, elementId), (place) -> new Moves()));
	}

	/** Without a transaction the line is written now. */
	void add(Line line) {
		this.tracks.get()
			.map(Tracks::lines)
			.ifPresentOrElse((lines) -> lines.add(line), () -> write(new Tracks(Map.of(), List.of(line))));
	}

	private void write(Tracks tracks) {
		var lines = tracks.lines();
		var moves = List.copyOf(tracks.moves().entrySet());
		this.jdbc.sql("""
				with line as (
					insert into backout.run_event (run, at, kind, actor, step_id, text)
					select run, at, kind, actor, step_id, text
					from unnest(:lineRuns::uuid[], :ats::timestamptz[], :lineKinds::text[], :actors::text[],
						:stepIds::text[], :texts::text[])
						with ordinality as line (run, at, kind, actor, step_id, text, number)
					order by number)
				insert into backout.run_element as element (run, element_id, kind, entered, done, cancelled, first_at,
					entered_at, left_at)
				select run, element_id, kind, entered, done, cancelled, clock_timestamp(), clock_timestamp(),
					case when done + cancelled > 0 then clock_timestamp() end
				from unnest(:runs::uuid[], :elements::text[], :kinds::text[], :entered::int[], :done::int[],
					:cancelled::int[]) as moved (run, element_id, kind, entered, done, cancelled)
				on conflict (run, element_id) do update
				set entered = element.entered + excluded.entered, done = element.done + excluded.done,
					cancelled = element.cancelled + excluded.cancelled,
					entered_at = case when excluded.entered > 0 then excluded.entered_at else element.entered_at end,
					left_at = coalesce(excluded.left_at, element.left_at)
				""")
			.param("lineRuns", array(lines, (line) -> line.run().value(), new UUID[0]))
			.param("ats", array(lines, (line) -> line.at().toString(), new String[0]))
			.param("lineKinds", array(lines, Line::kind, new String[0]))
			.param("actors", array(lines, Line::actor, new String[0]))
			.param("stepIds", array(lines, Line::stepId, new String[0]))
			.param("texts", array(lines, Line::text, new String[0]))
			.param("runs", array(moves, (move) -> move.getKey().run().value(), new UUID[0]))
			.param("elements", array(moves, (move) -> move.getKey().elementId(), new String[0]))
			.param("kinds", array(moves, (move) -> move.getValue().kind.name(), new String[0]))
			.param("entered", array(moves, (move) -> move.getValue().entered, new Integer[0]))
			.param("done", array(moves, (move) -> move.getValue().done, new Integer[0]))
			.param("cancelled", array(moves, (move) -> move.getValue().cancelled, new Integer[0]))
			.update();
	}

	private static <T, V> @Nullable V[] array(List<T> rows, Function<T, @Nullable V> value, @Nullable V[] empty) {
		return rows.stream().map(value).toList().toArray(empty);
	}

}
