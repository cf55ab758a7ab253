package dev.backout.check;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

import dev.backout.kernel.Checks;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Keeps deviations in our database; every word about one is a deed in the ledger. */
@Component
class JdbcDeviations implements Deviations {

	private static final String SYSTEM = "system";

	private static final int LONGEST = 2000;

	private final JdbcClient jdbc;

	private final TransactionTemplate transactions;

	private final Ledger ledger;

	private final Clock clock;

	JdbcDeviations(JdbcClient jdbc, TransactionTemplate transactions, Ledger ledger, Clock clock) {
		this.jdbc = jdbc;
		this.transactions = transactions;
		this.ledger = ledger;
		this.clock = clock;
	}

	/**
	 * Called in the transaction that ends a suite.
	 * @return ids of the open deviations, by check
	 */
	Map<String, String> settleOrOpen(String checkRun, SuiteRequest request, List<CheckResult> results, Instant now) {
		var open = new LinkedHashMap<String, String>();
		for (var result : results) {
			if (result.outcome() == Outcome.PASS) {
				mend(checkRun, request, result, now);
			}
			else {
				open.put(result.check(), open(checkRun, request, result, now));
			}
		}
		return open;
	}

	private String open(String checkRun, SuiteRequest request, CheckResult result, Instant now) {
		var id = UUID.randomUUID().toString();
		var opened = this.jdbc.sql("""
				insert into backout.check_deviation (id, check_run, run, suite, name, target, severity, owner, summary,
					opened_at)
				values (:id, :checkRun, :run, :suite, :name, :target, :severity, :owner, :summary, :now)
				on conflict (coalesce(run, ''), target, suite, name) where decision is null
				do update set summary = excluded.summary, check_run = excluded.check_run
				returning id""")
			.param("id", id)
			.param("checkRun", checkRun)
			.param("run", request.run())
			.param("suite", request.suite())
			.param("name", result.check())
			.param("target", request.target())
			.param("severity", result.severity())
			.param("owner", result.owner())
			.param("summary", result.summary())
			.param("now", Json.time(now))
			.query(String.class)
			.single();
		if (opened.equals(id)) {
			this.ledger.append(Deed.of("check.deviation-opened", request.actor(),
					(request.run() != null) ? request.run() : checkRun,
					Map.of("deviation", id, "suite", request.suite(), "check", result.check(), "target",
							request.target(), "owner", result.owner(), "found", result.summary())));
		}
		return opened;
	}

	private void mend(String checkRun, SuiteRequest request, CheckResult result, Instant now) {
		this.jdbc.sql("""
				update backout.check_deviation set decision = 'MENDED', decided_by = :system, decided_at = :now,
					reason = :reason
				where coalesce(run, '') = coalesce(:run, '') and target = :target and suite = :suite and name = :name
					and decision is null
				returning id""")
			.param("system", SYSTEM)
			.param("now", Json.time(now))
			.param("reason", "Passed in check run " + checkRun)
			.param("run", request.run())
			.param("target", request.target())
			.param("suite", request.suite())
			.param("name", result.check())
			.query(String.class)
			.list()
			.forEach((id) -> this.ledger
				.append(Deed.of("check.deviation-mended", SYSTEM, (request.run() != null) ? request.run() : checkRun,
						Map.of("deviation", id, "checkRun", checkRun))));
	}

	@Override
	public List<Deviation> of(String run) {
		return list("run = :value", "seq", run);
	}

	@Override
	public List<Deviation> unsettled() {
		return list("(cause is null or decision is null) and :value = ''", "severity, seq", "");
	}

	@Override
	public Deviation explain(String id, String cause, String person) {
		spoken(person, cause, "cause");
		return inTransaction(id, (deviation) -> {
			this.jdbc.sql("update backout.check_deviation set cause = :cause, cause_by = :person where id = :id")
				.param("cause", cause.strip())
				.param("person", person)
				.param("id", id)
				.update();
			this.ledger.append(Deed.of("check.deviation-explained", person, subject(deviation),
					Map.of("deviation", id, "cause", cause.strip())));
		});
	}

	@Override
	public Deviation accept(String id, String reason, String person) {
		spoken(person, reason, "reason");
		return inTransaction(id, (deviation) -> {
			if (deviation.cause() == null) {
				throw new Rejected("check.no-cause",
						"'%s' needs a cause before anybody accepts it".formatted(deviation.check()));
			}
			if (deviation.decision() != null) {
				throw new Rejected("check.decided", "'%s' was decided before: %s by %s".formatted(deviation.check(),
						deviation.decision(), deviation.decidedBy()));
			}
			this.jdbc.sql("""
					update backout.check_deviation set decision = 'ACCEPTED', reason = :reason, decided_by = :person,
						decided_at = :now where id = :id""")
				.param("reason", reason.strip())
				.param("person", person)
				.param("now", Json.time(this.clock.instant()))
				.param("id", id)
				.update();
			this.ledger.append(Deed.of("check.deviation-accepted", person, subject(deviation),
					Map.of("deviation", id, "reason", reason.strip())));
		});
	}

	@Override
	public List<Deviation> acceptAll(String run, String cause, String reason, String person) {
		return this.transactions.execute((status) -> {
			for (var deviation : of(run)) {
				if (deviation.cause() == null) {
					explain(deviation.id(), cause, person);
				}
				if (deviation.decision() == null) {
					accept(deviation.id(), reason, person);
				}
			}
			return of(run);
		});
	}

	@Override
	public List<Deviation> ofCheckRun(String checkRun) {
		return list("id in (select deviation from backout.check_result where check_run = :value)", "seq", checkRun);
	}

	@Override
	public void requireSettled(String run) {
		refuse(unsettled(run));
	}

	void requireSettledIn(String checkRun) {
		refuse(ofCheckRun(checkRun).stream().filter((deviation) -> !deviation.settled()).toList());
	}

	private static void refuse(List<Deviation> open) {
		if (!open.isEmpty()) {
			throw new Rejected("check.unsettled",
					"The run cannot close: %s. Give each a cause and a decision".formatted(open.stream()
						.map((deviation) -> "'%s' (%s) has no %s".formatted(deviation.check(), deviation.owner(),
								(deviation.cause() == null) ? "cause" : "decision"))
						.collect(Collectors.joining(", "))));
		}
	}

	private static void spoken(String person, String text, String what) {
		Checks.check(!person.isBlank() && !person.equals(SYSTEM), () -> "Only a person can give a " + what);
		Checks.check(!text.isBlank() && text.length() <= LONGEST,
				() -> "The %s must be 1 to %d characters long, was %d".formatted(what, LONGEST, text.strip().length()));
	}

	private Deviation inTransaction(String id, java.util.function.Consumer<Deviation> work) {
		return this.transactions.execute((status) -> {
			this.jdbc.sql("select 1 from backout.check_deviation where id = :id for update")
				.param("id", id)
				.query(Integer.class)
				.optional();
			work.accept(get(id));
			return get(id);
		});
	}

	@Override
	public Deviation get(String id) {
		return list("id = :value", "seq", id).stream()
			.findFirst()
			.orElseThrow(() -> new Rejected("deviation.unknown", "There is no deviation '%s'".formatted(id)));
	}

	private static String subject(Deviation deviation) {
		return (deviation.run() != null) ? deviation.run() : deviation.id();
	}

	/** The condition and the order are ours, never from outside. */
	private List<Deviation> list(String condition, String order, String value) {
		return this.jdbc.sql("""
				select id, run, suite, name, target, severity, owner, summary, opened_at, cause, cause_by, decision,
					reason, decided_by, decided_at
				from backout.check_deviation where %s order by %s""".formatted(condition, order))
			.param("value", value)
			.query((row, number) -> deviation(row))
			.list();
	}

	private static Deviation deviation(ResultSet row) throws SQLException {
		var decision = row.getString("decision");
		return new Deviation(row.getString("id"), row.getString("run"), row.getString("suite"), row.getString("name"),
				row.getString("target"), row.getString("severity"), row.getString("owner"), row.getString("summary"),
				Json.someInstant(row, "opened_at"), row.getString("cause"), row.getString("cause_by"),
				(decision != null) ? Deviation.Decision.valueOf(decision) : null, row.getString("reason"),
				row.getString("decided_by"), Json.instant(row, "decided_at"));
	}

}
