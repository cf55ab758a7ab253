package dev.backout.plan;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.backout.TestDatabase;
import dev.backout.catalog.Catalog;
import dev.backout.database.Secret;
import dev.backout.database.Target;
import dev.backout.database.Targets;
import dev.backout.kernel.Rejected;
import dev.backout.migration.MigrationListener;
import dev.backout.migration.Migrations;
import dev.backout.step.AStep;
import dev.backout.step.StepOutcome;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What undoing the demo's release takes, from its catalogue and on a real database. */
class PlansTests {

	private static final String BAD = "shop-2026.11.2";

	private static final TestDatabase SHOP = TestDatabase.create();

	private static final TestDatabase OWN = TestDatabase.withSchema();

	private static final Catalog RELEASES = Catalog.at(Path.of("demo/catalog"));

	private static final Targets TARGETS = Targets
		.of(new Target("shop", SHOP.url(), "postgres", Secret.of("postgres")));

	private static final Plans PLANS = Plans.on(TARGETS, RELEASES);

	@BeforeAll
	static void deploy() {
		var migrations = Migrations.of(TARGETS, RELEASES);
		migrations.apply("shop", "shop-2026.11.1", "test", MigrationListener.NONE);
		migrations.apply("shop", BAD, "test", MigrationListener.NONE);
	}

	@AfterAll
	static void drop() {
		SHOP.drop();
		OWN.drop();
	}

	@Test
	void undoesLastDeployedFirstBetweenFreezeAndThaw() {
		var plan = PLANS.compute(BAD, "shop");

		assertThat(plan.steps()).extracting(PlanStep::type)
			.containsExactly("flag.set", "flag.set", "target.freeze", "backup.take", "backup.verify",
					"migration.revert", "migration.revert", "migration.revert", "migration.revert", "migration.revert",
					"migration.revert", "check.run", "target.thaw");
		assertThat(plan.reverts()).extracting(PlanStep::changeset)
			.containsExactly("ben:drop-coupon", "ben:payment-by-method", "ben:order-contact", "ben:one-closing-status",
					"ann:drop-legacy-sku", "ann:split-customer-name");
		assertThat(plan.losses()).isEmpty();
		assertThat(plan.conflicts()).as("the other component's changes are undone as well").isEmpty();
		assertThat(plan.irreversible()).isFalse();
		assertThat(plan.expected()).isPositive();
		assertThat(PLANS.compute(BAD, "shop")).isEqualTo(plan);
	}

	@Test
	void catalogueAloneGivesTheSameOrder() {
		var plan = Plans.ofCatalogue(RELEASES).compute(BAD, "shop");

		assertThat(plan.reverts()).extracting(PlanStep::changeset)
			.containsExactlyElementsOf(PLANS.compute(BAD, "shop").reverts().stream().map(PlanStep::changeset).toList());
		assertThat(plan.digest()).isNotEqualTo(PLANS.compute(BAD, "shop").digest());
	}

	@Test
	void nothingDeployedIsNoPlan() {
		var empty = TestDatabase.create();
		var targets = Targets.of(new Target("shop", empty.url(), "postgres", Secret.of("postgres")));

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> Plans.on(targets, RELEASES).compute(BAD, "shop"))
			.withMessageContaining("nothing to roll back");
		empty.drop();
	}

	@Test
	void sealGivesTheDigestAndKeepsTheTimes() {
		var plan = PLANS.compute(BAD, "shop");
		var estimates = new SealedEstimates(OWN.jdbc());

		var outcome = new SealPlanStep(PLANS, estimates)
			.execute(AStep.with("release", BAD, "target", "shop", "planDigest", plan.digest()));

		assertThat(outcome).isInstanceOfSatisfying(StepOutcome.Done.class,
				(done) -> assertThat(done.outputs()).containsEntry("planDigest", plan.digest())
					.containsEntry("planTables", ""));
		assertThat(plan.tables().unknown()).as("nothing is proven").contains("ben:drop-coupon");
		assertThat(estimates.of("run-1")).containsEntry("flag.set", Duration.ofSeconds(4))
			.containsEntry("migration.revert", Duration.ofSeconds(6))
			.containsKeys("backup.take", "backup.verify", "check.run", "target.thaw");
	}

	@Test
	void sealRefusesAPlanThatIsNoLongerTheOneAgreedOn() {
		var outcome = new SealPlanStep(PLANS, new SealedEstimates(OWN.jdbc()))
			.execute(AStep.with("release", BAD, "target", "shop", "planDigest", "0123456789abcdef"));

		assertThat(outcome).isInstanceOfSatisfying(StepOutcome.Refused.class, (refused) -> {
			assertThat(refused.code()).isEqualTo("stale");
			assertThat(refused.reason()).contains("0123456789ab then");
		});
	}

	@Test
	void sealRefusesWhatHasNoWayBack() {
		var irreversible = new BackoutPlan(BAD, "shop",
				List.of(new PlanStep(1, "migration.revert", "Revert", "orders", "ann:1", "IRREVERSIBLE", List.of(),
						List.of(), new Estimate(Duration.ofSeconds(1), "usual"), true)),
				List.of(new Loss("orders", "ann:1", "drops a table that nobody kept")), List.of(), "d");

		var outcome = new SealPlanStep((release, target) -> irreversible, new SealedEstimates(OWN.jdbc()))
			.execute(AStep.with("release", BAD, "target", "shop"));

		assertThat(outcome).isInstanceOfSatisfying(StepOutcome.Refused.class, (refused) -> {
			assertThat(refused.code()).isEqualTo("irreversible");
			assertThat(refused.reason()).isEqualTo("ann:1: drops a table that nobody kept");
		});
	}

	@Test
	void whatStepsTookBeforeIsWorthMoreThanAGuess() {
		PastTimes past = (type, target) -> type.equals("backup.take")
				? Stream.of(9, 1, 5, 7, 3, 100).map(Duration::ofSeconds).toList() : List.of();
		var estimates = new Estimates(
				new org.springframework.beans.factory.support.StaticListableBeanFactory(Map.of("past", past))
					.getBeanProvider(PastTimes.class));

		assertThat(estimates.bySize("backup.take", "shop", 1, 1))
			.isEqualTo(new Estimate(Duration.ofSeconds(5), "median of the last 5 times"));
		assertThat(estimates.bySize("backup.verify", "shop", 50_000_000, 25_000_000))
			.isEqualTo(new Estimate(Duration.ofSeconds(3), "50 MB at 25 MB/s, never measured here"));
	}

}
