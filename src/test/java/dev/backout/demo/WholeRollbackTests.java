package dev.backout.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import dev.backout.TestDatabase;
import dev.backout.backup.Backups;
import dev.backout.comms.Messages;
import dev.backout.kernel.Rejected;
import dev.backout.lesson.Reviews;
import dev.backout.plan.Plans;
import dev.backout.run.Inbox;
import dev.backout.run.InboxTask;
import dev.backout.run.RunId;
import dev.backout.run.RunState;
import dev.backout.run.Runs;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The demo's rollback from the first start to the review, with all parts real. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "backout.demo.enabled=true", "backout.demo.rows=4000", "backout.demo.announce=false" })
@DirtiesContext
class WholeRollbackTests {

	@TempDir
	static Path data;

	@Autowired
	DemoRollback people;

	@Autowired
	DemoInstallation installation;

	@Autowired
	DemoWitness witness;

	@Autowired
	Plans plans;

	@Autowired
	Runs runs;

	@Autowired
	Inbox inbox;

	@Autowired
	Backups backups;

	@Autowired
	Messages messages;

	@Autowired
	Reviews reviews;

	@DynamicPropertySource
	static void ownDatabases(DynamicPropertyRegistry registry) {
		var own = TestDatabase.create();
		var shop = TestDatabase.create();
		registry.add("spring.datasource.url", own::url);
		registry.add("spring.datasource.username", () -> "postgres");
		registry.add("spring.datasource.password", () -> "postgres");
		registry.add("backout.targets.shop.url", shop::url);
		registry.add("backout.targets.shop.password", () -> "postgres");
		registry.add("backout.data-dir", data::toString);
	}

	@Test
	void takesTheShopBackAndKeepsWhatWasWrittenSince() throws Exception {
		// given
		this.installation.start();
		var plan = this.people.plan();
		assertThat(this.plans.compute(plan.release(), plan.target())).isEqualTo(plan);
		assertThat(plan.losses()).isEmpty();
		assertThat(plan.reverts()).extracting((step) -> step.changeset())
			.containsExactly("ben:drop-coupon", "ben:payment-by-method", "ben:order-contact", "ben:one-closing-status",
					"ann:drop-legacy-sku", "ann:split-customer-name");

		// when
		var run = this.people.declare(plan);
		Awaitility.await()
			.atMost(Duration.ofMinutes(5))
			.pollInterval(Duration.ofMillis(200))
			.until(() -> answersUntilTheEnd(run));

		// then
		assertThat(this.runs.get(run).state()).as(() -> this.runs.timeline(run).toString()).isEqualTo(RunState.DONE);
		assertThat(this.witness.missingFromBefore()).isEmpty();
		assertThat(this.witness.missingFromSince()).isEmpty();
		assertThat(this.backups.list()).first().satisfies((backup) -> assertThat(backup.verified()).isTrue());
		assertThat(this.messages.of(run.toString())).noneMatch((message) -> message.draft())
			.filteredOn((message) -> message.audience().equals("stakeholders"))
			.extracting(
					(message) -> message.template() + " by " + java.util.Objects.requireNonNull(message.sent()).by())
			.containsExactlyInAnyOrder("rollback-declared by lena", "rollback-resolved by lena");
		assertThat(this.reviews.of(run.toString())).hasValueSatisfying((review) -> {
			assertThat(review.open()).isTrue();
			assertThat(review.draft()).contains("| Undo the migrations |", "None: every check reached");
		});
		assertThatExceptionOfType(Rejected.class).isThrownBy(this.people::plan)
			.withMessageContaining("Nothing of release 'shop-2026.11.2' is deployed");
	}

	private boolean answersUntilTheEnd(RunId run) {
		var state = this.runs.get(run).state();
		assertThat(state).as(() -> this.runs.steps(run).toString()).isNotEqualTo(RunState.STUCK);
		for (var task : state.ended() ? List.<InboxTask>of() : this.inbox.open(run)) {
			if (task.kind() == InboxTask.Kind.APPROVAL) {
				assertThat(this.people.selfApproval(task)).contains("somebody else must approve");
			}
			this.people.answer(task);
		}
		return state.ended();
	}

}
