package dev.backout.desk.web;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.backout.check.Check;
import dev.backout.check.CheckKind;
import dev.backout.check.CheckResult;
import dev.backout.check.Earlier;
import dev.backout.check.Minimum;
import dev.backout.check.Occasion;
import dev.backout.check.Outcome;
import dev.backout.check.Suite;
import dev.backout.check.SuiteOverview;
import dev.backout.check.SuiteRun;
import dev.backout.check.Trend;

/** A suite that went well for a month and does not any more. */
final class CheckPagesFixture {

	private static final Instant NOW = DeskFixture.NOW;

	private CheckPagesFixture() {
	}

	static Suite suite() {
		return new Suite("shop", 3, "The shop is whole and sells",
				List.of(new Check("references-whole", CheckKind.FOREIGN_KEY_ORPHANS,
						JsonNodeFactory.instance.objectNode(), Minimum.NOTHING, "SEV1", "omar", Duration.ofMinutes(2))),
				"digest", "suite: shop");
	}

	static SuiteRun run(SuiteRun.State state) {
		var works = state == SuiteRun.State.RUNNING;
		return new SuiteRun(works ? "c2" : "c1", "shop", 3, "shop", null, "shop-2026.11.2", null, Occasion.REAL, "omar",
				state, 4, works ? "indexes-complete" : null, NOW.minusSeconds(61), works ? null : NOW.minusSeconds(40),
				null, null, null, works ? results().subList(0, 2) : results());
	}

	private static List<CheckResult> results() {
		return List.of(result("references-whole", CheckKind.FOREIGN_KEY_ORPHANS, Outcome.FAIL, "3", "at most 0",
				"3 rows without their parent",
				List.of(Map.of("constraint", "orders.orders_customer_id_fkey", "orphans", "3", "query",
						"select c.* from only orders c where c.customer_id is not null and not exists (select from only customer p where p.id operator(pg_catalog.=) c.customer_id)")),
				new Earlier("c0", Outcome.PASS, "0"), new Earlier("r0", Outcome.PASS, "0")),
				result("schema-as-before", CheckKind.SCHEMA_DRIFT, Outcome.PASS, "0", "at most 0",
						"No differences from the recorded schema 'before-shop-2026.11.2'", List.of(), null, null),
				result("reports-as-before", CheckKind.REPORT, Outcome.INCONCLUSIVE, null, "at most 0",
						"No result of 'shop/reports-as-before' was recorded under 'before-shop-2026.11.2' for target 'shop'",
						List.of(), new Earlier("c0", Outcome.INCONCLUSIVE, null), null),
				result("payments-match-orders", CheckKind.BUSINESS_RULE, Outcome.ERROR, null, "at most 0",
						"The query took too long and was ended; make it faster or allow it more time", List.of(), null,
						null));
	}

	private static CheckResult result(String name, CheckKind kind, Outcome outcome, String value, String minimum,
			String summary, List<Map<String, String>> evidence, Earlier before, Earlier rehearsed) {
		return new CheckResult(name, kind, "SEV1", "omar", outcome, value, minimum, summary, evidence,
				evidence.isEmpty() ? 0 : 12, "select id from orders", Duration.ofMillis(1204), before, rehearsed, null);
	}

	static Map<String, Trend> trends() {
		return Map.of("references-whole",
				new Trend("references-whole",
						IntStream.range(0, 30)
							.mapToObj((day) -> new Trend.Point("c" + day, NOW.minus(Duration.ofDays(30 - day)),
									(day < 28) ? Outcome.PASS : Outcome.FAIL, (day < 28) ? "0" : "3"))
							.toList()));
	}

	static SuiteOverview overview() {
		return new SuiteOverview("shop", "shop", run(SuiteRun.State.FINISHED), NOW.minus(Duration.ofDays(2)),
				IntStream.range(0, 30)
					.mapToObj((day) -> new SuiteOverview.Mark("c" + day, NOW.minus(Duration.ofDays(30 - day)),
							(day < 28) ? 4 : 1, 4))
					.toList());
	}

}
