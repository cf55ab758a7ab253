package dev.backout.check;

import java.time.Clock;
import java.time.Duration;
import java.util.List;

import dev.backout.ledger.Ledger;
import dev.backout.step.StepHandler;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Deviations as they are, without the checks that find them. */
@TestConfiguration(proxyBeanMethods = false)
public class DeviationBeans {

	@Bean
	JdbcDeviations deviations(JdbcClient jdbc, TransactionTemplate transactions, Ledger ledger, Clock clock) {
		return new JdbcDeviations(jdbc, transactions, ledger, clock);
	}

	@Bean
	StepHandler settleStep(Deviations deviations) {
		return new SettleStep(deviations);
	}

	@Bean
	Finder finder(JdbcClient jdbc, TransactionTemplate transactions, JdbcDeviations deviations, Clock clock) {
		return new Finder(jdbc, transactions, deviations, clock);
	}

	/** Opens and mends deviations as an ending suite does. */
	public static class Finder {

		private final JdbcClient jdbc;

		private final TransactionTemplate transactions;

		private final JdbcDeviations deviations;

		private final Clock clock;

		Finder(JdbcClient jdbc, TransactionTemplate transactions, JdbcDeviations deviations, Clock clock) {
			this.jdbc = jdbc;
			this.transactions = transactions;
			this.deviations = deviations;
			this.clock = clock;
		}

		/** The check passes, or does not. */
		public void found(String run, String check, boolean passed) {
			this.transactions.executeWithoutResult((status) -> {
				var id = run + "-" + System.nanoTime();
				this.jdbc
					.sql("""
							insert into backout.check_run (id, suite, suite_version, suite_digest, target, run, actor, total,
								started_at) values (:id, 'shop', 1, '', 'shop', :run, 'system', 1, now())""")
					.param("id", id)
					.param("run", run)
					.update();
				this.deviations.settleOrOpen(id, SuiteRequest.of("shop", "shop", null, "system").in(run, null),
						List.of(new CheckResult(check, CheckKind.BUSINESS_RULE, "SEV1", "omar",
								passed ? Outcome.PASS : Outcome.FAIL, "3", "at most 0", "3 offending rows", List.of(),
								0, null, Duration.ZERO, null, null, null)),
						this.clock.instant());
			});
		}

	}

}
