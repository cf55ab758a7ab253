package dev.backout.comms;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import dev.backout.TestDatabase;
import dev.backout.comms.mail.Envelope;
import dev.backout.step.StepContext;
import dev.backout.step.StepOutcome;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** What the public sees while a run goes on, and who is told by e-mail. */
class StatusPageTests {

	@TempDir
	static Path data;

	static CommsFixture comms;

	@BeforeAll
	static void start() {
		comms = new CommsFixture(TestDatabase.withSchema(), data).populated();
	}

	@BeforeEach
	void empty() {
		comms.clock.now = Instant.parse("2026-11-23T03:00:00Z");
		for (var table : List.of("message", "status_incident", "status_component", "status_subscriber")) {
			comms.ledger.jdbc.sql("delete from backout." + table).update();
		}
		comms.events.clear();
		comms.page.knowComponents();
	}

	/** A step of a run, as the engine would call it. */
	record Step(String key, String runId, Map<String, String> inputs) implements StepContext {

		@Override
		public int attempt() {
			return 1;
		}

		@Override
		public String stepId() {
			return "Task_Post";
		}

		@Override
		public Optional<String> optional(String name) {
			return Optional.ofNullable(this.inputs.get(name));
		}

		@Override
		public void progress(long done, long total, String unit) {
		}

		@Override
		public void checkpoint() {
		}

	}

	private void post(String key, String run, String status) {
		var outcome = comms.statusPost
			.execute(new Step(key, run, Map.of("status", status, "release", CommsFixture.RELEASE)));
		assertThat(outcome).isInstanceOf(StepOutcome.Done.class);
	}

	@Test
	void allIsWellBeforeAnythingHappens() {
		var view = comms.page.view();

		assertThat(view.overall()).isEqualTo(ComponentStatus.OPERATIONAL);
		assertThat(view.components()).extracting(StatusView.Component::name).containsExactly("Catalog", "Orders");
		assertThat(view.incidents()).isEmpty();
	}

	@Test
	void followsARunFromBeginningToEnd() {
		post("a", "run-1", "identified");
		var during = comms.page.view();
		comms.clock.advance(Duration.ofMinutes(10));
		post("b", "run-1", "monitoring");
		var watching = comms.page.view();
		comms.clock.advance(Duration.ofMinutes(5));
		post("c", "run-1", "resolved");
		var after = comms.page.view();

		assertThat(during.overall()).isEqualTo(ComponentStatus.PARTIAL_OUTAGE);
		assertThat(during.incidents().get(0).title()).isEqualTo("Problem with Catalog and Orders");
		assertThat(during.incidents().get(0).updates().get(0).text()).isEqualTo(
				"Customers with one name cannot pay. We know the cause: release 2026.11.2. We are rolling it back.");
		assertThat(watching.overall()).isEqualTo(ComponentStatus.DEGRADED_PERFORMANCE);
		assertThat(after.overall()).isEqualTo(ComponentStatus.OPERATIONAL);
		assertThat(after.incidents()).isEmpty();
		assertThat(after.past()).singleElement().satisfies((incident) -> {
			assertThat(incident.components()).containsExactly("Catalog", "Orders");
			assertThat(incident.updates()).extracting(StatusView.Update::status)
				.containsExactly(IncidentStatus.RESOLVED, IncidentStatus.MONITORING, IncidentStatus.IDENTIFIED);
			assertThat(Duration.between(incident.startedAt(), incident.resolvedAt())).hasMinutes(15);
		});
		var today = after.components().get(0).days().get(89);
		assertThat(today.worst()).isEqualTo(ComponentStatus.PARTIAL_OUTAGE);
		assertThat(today.affected()).isEqualTo(15 * 60);
		assertThat(comms.events).filteredOn(StatusChanged.class::isInstance).hasSize(3);
		assertThat(comms.ledger.proofs.entries("run-1")).extracting((entry) -> entry.deed().kind())
			.contains("status.posted");
	}

	@Test
	void aRepeatedStepPostsOnce() {
		post("same", "run-2", "identified");
		post("same", "run-2", "identified");

		assertThat(comms.page.incidentOf("run-2").orElseThrow().updates()).hasSize(1);
	}

	@Test
	void aComponentStaysDownWhileAnotherIncidentHoldsIt() {
		post("d", "run-3", "identified");
		post("e", "run-4", "identified");

		post("f", "run-3", "resolved");
		assertThat(comms.page.view().overall()).isEqualTo(ComponentStatus.PARTIAL_OUTAGE);

		post("g", "run-4", "resolved");
		assertThat(comms.page.view().overall()).isEqualTo(ComponentStatus.OPERATIONAL);
	}

	@Test
	void aDayShowsItsWorstAndHowLong() {
		var day = Instant.parse("2026-11-20T00:00:00Z");
		var changes = List.of(new StatusDays.Change(ComponentStatus.OPERATIONAL, day.plus(Duration.ofHours(12))),
				new StatusDays.Change(ComponentStatus.MAJOR_OUTAGE, day.plus(Duration.ofHours(23))),
				new StatusDays.Change(ComponentStatus.DEGRADED_PERFORMANCE, day.plus(Duration.ofHours(49))),
				new StatusDays.Change(ComponentStatus.OPERATIONAL, day.plus(Duration.ofHours(50))));

		var days = StatusDays.last(5, changes, day.plus(Duration.ofHours(80)));

		assertThat(days).extracting(StatusView.Day::worst)
			.containsExactly(null, ComponentStatus.MAJOR_OUTAGE, ComponentStatus.MAJOR_OUTAGE,
					ComponentStatus.MAJOR_OUTAGE, ComponentStatus.OPERATIONAL);
		assertThat(days).extracting(StatusView.Day::affected).containsExactly(0L, 3600L, 86400L, 7200L, 0L);
	}

	@Test
	void maintenanceShowsWhileItLasts() {
		var id = comms.page.schedule(
				new StatusView.Maintenance(UUID.randomUUID(), "New disks", "Short pauses", MaintenanceStatus.SCHEDULED,
						List.of("shop.orders"), comms.clock.now, comms.clock.now.plusSeconds(3600)),
				"mira");

		comms.page.move(id, MaintenanceStatus.IN_PROGRESS, "mira");
		assertThat(comms.page.view().overall()).isEqualTo(ComponentStatus.UNDER_MAINTENANCE);
		assertThat(comms.page.view().maintenance().get(0).components()).containsExactly("Orders");

		comms.page.move(id, MaintenanceStatus.COMPLETED, "mira");
		assertThat(comms.page.view().overall()).isEqualTo(ComponentStatus.OPERATIONAL);
		assertThat(comms.page.view().maintenance()).isEmpty();
	}

	private List<Envelope> mails() {
		var postbox = new MessagesTests.Postbox();
		comms.sender(postbox).sendDue();
		return postbox.got;
	}

	private static String token(String text, String path) {
		int at = text.indexOf(path + "?token=") + path.length() + 7;
		return text.substring(at).split("\\s", 2)[0];
	}

	@Test
	void asksAnAddressBeforeWritingToIt() {
		comms.subscriptions.request(" Kim@Example.org ", List.of());
		var ask = mails();
		assertThat(ask).singleElement().extracting(Envelope::address).isEqualTo("kim@example.org");
		var token = token(ask.get(0).text(), "/status/confirm");

		post("h", "run-5", "identified");
		assertThat(mails()).as("not confirmed yet").isEmpty();
		assertThat(comms.subscriptions.addressOf(token)).contains("kim@example.org");
		assertThat(mails()).as("looking at the link confirms nothing").isEmpty();

		assertThat(comms.subscriptions.confirm(token)).isTrue();
		post("i", "run-5", "monitoring");
		var update = mails();
		assertThat(update).singleElement().satisfies((mail) -> {
			assertThat(mail.address()).isEqualTo("kim@example.org");
			assertThat(mail.subject()).isEqualTo("Problem with Catalog and Orders: Monitoring");
			assertThat(mail.headers()).containsEntry("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
			assertThat(mail.headers().get("List-Unsubscribe"))
				.startsWith("<https://backout.shop.example/api/v1/status/unsubscribe?");
			assertThat(mail.text() + mail.html()).doesNotContain(Frame.TOKEN);
		});

		assertThat(comms.subscriptions.unsubscribe(token(update.get(0).text(), "/status/unsubscribe"))).isTrue();
		assertThat(comms.subscriptions.unsubscribe(token(update.get(0).text(), "/status/unsubscribe"))).isTrue();
		post("j", "run-5", "resolved");
		assertThat(mails()).isEmpty();
	}

	@Test
	void doesTheSameForAKnownAddressAndFloodsNone() {
		for (int request = 0; request < 10; request++) {
			comms.subscriptions.request("kim@example.org", List.of());
		}
		var first = mails();
		assertThat(first).hasSize(3);
		comms.subscriptions.confirm(token(first.get(0).text(), "/status/confirm"));
		comms.clock.advance(Duration.ofDays(2));

		comms.subscriptions.request("kim@example.org", List.of());

		assertThat(mails()).singleElement().extracting(Envelope::subject).isEqualTo(first.get(0).subject());
	}

	@Test
	void aLinkEndsAndCannotBeBent() {
		comms.subscriptions.request("kim@example.org", List.of());
		var token = token(mails().get(0).text(), "/status/confirm");

		assertThat(comms.subscriptions.confirm(token.substring(0, token.length() - 2))).isFalse();
		assertThat(comms.subscriptions.confirm("x" + token)).isFalse();
		assertThat(comms.subscriptions.confirm("")).isFalse();
		assertThat(comms.subscriptions.confirm("a.b")).isFalse();
		assertThat(comms.subscriptions.unsubscribe(token)).as("made for something else").isFalse();
		comms.clock.advance(Duration.ofHours(24));
		assertThat(comms.subscriptions.confirm(token)).isFalse();
	}

	@Test
	void forgetsAddressesThatNeverConfirmed() {
		comms.subscriptions.request("kim@example.org", List.of());
		mails();
		comms.clock.advance(Duration.ofDays(8));

		comms.subscriptions.forget();

		for (var table : List.of("message", "delivery", "status_subscriber")) {
			assertThat(comms.ledger.jdbc
				.sql("select count(*) from backout.%s t where t::text like '%%kim@%%'".formatted(table))
				.query(Integer.class)
				.single()).as(table).isZero();
		}
	}

	@Test
	void tellsSubscribersOfWhatTheyChose() {
		comms.ledger.jdbc.sql("""
				insert into backout.status_subscriber (address, components, confirmed_at)
				values ('all@x.example', '{}', now()), ('orders@x.example', '{shop.orders}', now()),
					('other@x.example', '{bank.loans}', now())""").update();

		post("k", "run-6", "identified");

		assertThat(mails()).extracting(Envelope::address)
			.containsExactlyInAnyOrder("all@x.example", "orders@x.example");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "kim", "kim@", "@example.org", "kim@example.org\nBcc: all@example.org",
			"kim@example.org, all@example.org", "Kim <kim@example.org>", "kim@exa mple.org" })
	void takesOneAddressOnly(String address) {
		assertThatIllegalArgumentException().isThrownBy(() -> comms.subscriptions.request(address, List.of()));
		assertThat(mails()).isEmpty();
	}

	@Test
	void aMessageStepGivesTheMessagesId() {
		var outcome = comms.notifyStep.execute(new Step("n", "run-7", Map.of("template", "rollback-declared",
				"audience", "stakeholders", "release", CommsFixture.RELEASE, "impact", "Nobody can pay.")));

		assertThat(outcome).isInstanceOfSatisfying(StepOutcome.Done.class, (done) -> {
			assertThat(done.outputs()).containsOnlyKeys("message");
			assertThat(comms.messages.of("run-7").get(0).sent().content().text()).contains("Nobody can pay.");
		});
	}

	@Test
	void aMessageStepAfterATaskFindsWhatItsOwnerSent() {
		var inputs = Map.of("template", "rollback-declared", "audience", "stakeholders", "release",
				CommsFixture.RELEASE, "draft", "true");
		var sent = comms.messages.send(comms.declared("run-8").id(), "lena");

		var outcome = comms.notifyStep.execute(new Step("o", "run-8", inputs));

		assertThat(outcome).isInstanceOfSatisfying(StepOutcome.Done.class,
				(done) -> assertThat(done.outputs()).containsEntry("message", sent.id().toString()));
		assertThat(comms.messages.of("run-8")).hasSize(1);
		comms.declared("run-9");
		comms.notifyStep.execute(new Step("p", "run-9", inputs));
		assertThat(comms.messages.of("run-9").get(0).sent().content().text()).as("whoever is on call answers for it")
			.contains("Lena Roth keeps you informed");
	}

	@Test
	void aStoppedRollbackIsNotCalledDone() {
		comms.statusPost.execute(new Step("q", "run-10",
				Map.of("status", "identified", "wording", "aborted", "release", CommsFixture.RELEASE)));

		assertThat(comms.page.incidentOf("run-10").orElseThrow().updates().get(0).text())
			.contains("stopped the rollback");
		assertThat(comms.page.view().overall()).isEqualTo(ComponentStatus.PARTIAL_OUTAGE);
	}

	@Test
	void stepsNameWhatTheyTake() {
		assertThat(comms.notifyStep.type().name()).isEqualTo("notify.send");
		assertThat(comms.statusPost.type().name()).isEqualTo("status.post");
		var known = comms.notifyStep.type().inputs().stream().map((field) -> field.name()).toList();
		for (var template : comms.templates.all()) {
			if (template.channel() == MessageTemplate.Channel.MAIL && !template.audience().equals("subscribers")
					&& !template.name().startsWith("subscription")) {
				assertThat(template.fields()).as(template.name())
					.allMatch((field) -> known.contains(field) || List.of("product", "version").contains(field));
			}
		}
	}

}
