package dev.backout.lesson;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import dev.backout.check.Deviations;
import dev.backout.kernel.Checks;
import dev.backout.kernel.Digests;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import dev.backout.people.Person;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** All reviews. A run has one; who finishes it says so with their name. */
@Component
public class Reviews {

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final Ledger ledger;

	private final Clock clock;

	private final ObjectProvider<Deviations> deviations;

	Reviews(JdbcClient jdbc, TransactionTemplate transaction, Ledger ledger, Clock clock,
			ObjectProvider<Deviations> deviations) {
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.ledger = ledger;
		this.clock = clock;
		this.deviations = deviations;
	}

	/** All that are not finished, the one due first on top. */
	public List<Review> open() {
		return this.jdbc.sql("select * from backout.review where closed_at is null order by due_at, id")
			.query(Reviews::review)
			.list();
	}

	/** The newest, finished or not. */
	public List<Review> recent(int atMost) {
		return this.jdbc.sql("select * from backout.review order by opened_at desc, id limit :limit")
			.param("limit", atMost)
			.query(Reviews::review)
			.list();
	}

	/** Of a run, once it has one. */
	public Optional<Review> of(String run) {
		return this.jdbc.sql("select * from backout.review where run = :run")
			.param("run", run)
			.query(Reviews::review)
			.optional();
	}

	/**
	 * The review.
	 * @throws Rejected {@code review.unknown}
	 */
	public Review get(UUID id) {
		return this.jdbc.sql("select * from backout.review where id = :id")
			.param("id", id)
			.query(Reviews::review)
			.optional()
			.orElseThrow(() -> new Rejected("review.unknown", "There is no review '%s'".formatted(id)));
	}

	/** Adds it, unless the run has one already; gives the run's. */
	Review add(Review review) {
		this.transaction.executeWithoutResult((status) -> {
			var added = this.jdbc
				.sql("""
						insert into backout.review (id, run, release, target, title, owner, rotation, opened_at, due_at, draft, text)
						values (:id, :run, :release, :target, :title, :owner, :rotation, :opened, :due, :draft, :draft)
						on conflict (run) do nothing""")
				.param("id", review.id())
				.param("run", review.run())
				.param("release", review.release())
				.param("target", review.target())
				.param("title", review.title())
				.param("owner", review.owner())
				.param("rotation", review.rotation())
				.param("opened", utc(review.openedAt()))
				.param("due", utc(review.dueAt()))
				.param("draft", review.draft())
				.update();
			if (added == 1) {
				this.ledger.append(new Deed(
						"review.opened", "system", review.run(), Map.of("review", review.id().toString(), "owner",
								review.owner(), "due", review.dueAt().toString()),
						null, Digests.sha256Hex(review.draft())));
			}
		});
		return of(review.run()).orElseThrow();
	}

	/**
	 * Writes the text anew.
	 * @throws Rejected {@code review.closed} once it is finished
	 */
	public Review write(UUID id, String text, Person by) {
		Checks.check(!text.isBlank(), () -> "A review needs a text");
		requireOpen(id);
		this.jdbc.sql("update backout.review set text = :text, edited_by = :by where id = :id and closed_at is null")
			.param("text", text)
			.param("by", by.id())
			.param("id", id)
			.update();
		return get(id);
	}

	/**
	 * Finishes it.
	 * @throws Rejected {@code review.closed} if it is, {@code review.unwritten} while
	 * nobody has added to the draft, {@code check.unsettled} while a deviation of the run
	 * has no cause or no decision
	 */
	public Review close(UUID id, Person by) {
		var review = requireOpen(id);
		if (review.text().equals(review.draft())) {
			throw new Rejected("review.unwritten",
					"Review '%s' is still as it was drafted: answer its questions, then finish it"
						.formatted(review.title()));
		}
		this.deviations.ifAvailable((all) -> all.requireSettled(review.run()));
		this.transaction.executeWithoutResult((status) -> {
			int closed = this.jdbc
				.sql("update backout.review set closed_at = :now, closed_by = :by where id = :id and closed_at is null")
				.param("now", utc(this.clock.instant()))
				.param("by", by.id())
				.param("id", id)
				.update();
			if (closed == 1) {
				this.ledger.append(new Deed("review.closed", by.id(), review.run(), Map.of("review", id.toString()),
						null, Digests.sha256Hex(review.text())));
			}
		});
		return get(id);
	}

	private Review requireOpen(UUID id) {
		var review = get(id);
		if (!review.open()) {
			throw new Rejected("review.closed",
					"Review '%s' was finished by %s".formatted(review.title(), review.closedBy()));
		}
		return review;
	}

	private static Review review(ResultSet row, int number) throws SQLException {
		return new Review(row.getObject("id", UUID.class), row.getString("run"), row.getString("release"),
				row.getString("target"), row.getString("title"), row.getString("owner"), row.getString("rotation"),
				row.getTimestamp("opened_at").toInstant(), row.getTimestamp("due_at").toInstant(),
				row.getString("draft"), row.getString("text"), row.getString("edited_by"), instant(row, "closed_at"),
				row.getString("closed_by"));
	}

	private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
		var value = row.getTimestamp(column);
		return (value != null) ? value.toInstant() : null;
	}

	private static OffsetDateTime utc(Instant instant) {
		return instant.atOffset(ZoneOffset.UTC);
	}

}
