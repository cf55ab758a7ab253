package dev.backout.comms;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

import dev.backout.TestDatabase;
import dev.backout.comms.mail.Carrier;
import dev.backout.comms.mail.Envelope;
import dev.backout.comms.mail.MailProperties;
import dev.backout.comms.mail.Receipt;
import dev.backout.kernel.Rejected;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** From a draft to files, promises kept or not. */
class MessagesTests {

	@TempDir
	static Path data;

	static CommsFixture comms;

	@BeforeAll
	static void start() {
		comms = new CommsFixture(TestDatabase.withSchema(), data).populated();
	}

	@BeforeEach
	void empty() {
		comms.ledger.jdbc.sql("delete from backout.message").update();
		comms.events.clear();
		comms.clock.now = Instant.parse("2026-11-23T03:00:00Z");
	}

	/** Remembers what it was given. */
	static class Postbox implements Carrier {

		final List<Envelope> got = new ArrayList<>();

		@Override
		public Receipt deliver(Envelope envelope) {
			this.got.add(envelope);
			return new Receipt.Accepted("ok");
		}

		@Override
		public byte[] eml(Envelope envelope) {
			return new byte[0];
		}

		@Override
		public String destination() {
			return "test";
		}

	}

	@Test
	void aDraftIsFilledFromWhatIsKnown() {
		var draft = comms.declared("run-1");

		assertThat(comms.messages.fields(draft, "lena")).containsEntry("impact", "Customers with one name cannot pay.")
			.containsEntry("scope", "Catalog and Orders")
			.containsEntry("owner", "Lena Roth")
			.containsEntry("nextUpdateAt", "2026-11-23T03:30:00Z");
		assertThat(comms.messages.preview(draft.id(), "lena").text()).contains("Customers with one name cannot pay.");
		assertThat(comms.declared("run-1").id()).as("the same draft").isEqualTo(draft.id());
		assertThat(comms.deliveries.of(draft.id())).isEmpty();
	}

	@Test
	void anEditedDraftGoesOutAsEditedAndIsRecorded() {
		var draft = comms.declared("run-2");

		comms.messages.edit(draft.id(), Map.of("impact", "Nobody can pay."), "jonas");
		var sent = comms.messages.send(draft.id(), "jonas");

		assertThat(sent.sent().by()).isEqualTo("jonas");
		assertThat(sent.sent().content().text()).contains("Nobody can pay.", "Jonas Weiß", "Heads of sales and support",
				"Record: ");
		assertThat(comms.deliveries.of(draft.id())).extracting(Delivery::address)
			.containsExactly("sales@shop.example", "support@shop.example");
		assertThat(comms.ledger.proofs.entries("run-2")).extracting((entry) -> entry.deed().kind())
			.containsExactly("message.edited", "message.sent");
		assertThat(comms.events).contains(new MessagesChanged("run-2"));
	}

	@Test
	void theFooterNamesTheRecordAsItStood() {
		comms.declared("run-3");
		var draft = comms.declared("run-3");
		var before = comms.ledger.proofs.checkpoint().head();

		var sent = comms.messages.send(draft.id(), "lena");

		assertThat(sent.sent().content().text())
			.contains("Record: %d entries, root %s".formatted(before.size(), before.root()));
	}

	@Test
	void sendingTwiceSendsOnce() {
		var draft = comms.declared("run-4");

		var first = comms.messages.send(draft.id(), "lena");
		comms.clock.advance(Duration.ofMinutes(1));

		assertThat(comms.messages.send(draft.id(), "jonas")).isEqualTo(first);
		assertThat(comms.deliveries.of(draft.id())).hasSize(2);
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> comms.messages.edit(draft.id(), Map.of("impact", "x"), "lena"))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("message.sent"));
	}

	@Test
	void aRefusedSendLeavesNothingBehind() {
		var draft = comms.messages
			.draft(new MessageRequest("rollback-declared", null, "run-5", null, Map.of("product", "Shop")), "lena");

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> comms.messages.send(draft.id(), "lena"))
			.withMessageContaining("version, impact, scope");

		assertThat(comms.messages.get(draft.id()).draft()).isTrue();
		assertThat(comms.deliveries.of(draft.id())).isEmpty();
		assertThat(comms.ledger.proofs.entries("run-5")).isEmpty();
	}

	@Test
	void aStepSendsOncePerKey() {
		var request = new MessageRequest("rollback-declared", "stakeholders", "run-6", CommsFixture.RELEASE, Map.of());

		var first = comms.messages.send("task-1", request, "system");
		var second = comms.messages.send("task-1", request, "system");

		assertThat(second.id()).isEqualTo(first.id());
		assertThat(comms.messages.of("run-6")).hasSize(1);
	}

	@Test
	void namesTheKnownAudiencesAndTemplates() {
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> comms.messages.send("k1",
				new MessageRequest("rollback-declared", "nobody", "run-7", CommsFixture.RELEASE, Map.of()), "system"))
			.withMessageContaining("stakeholders");
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(
					() -> comms.messages.draft(new MessageRequest("nothing", null, "run-7", null, Map.of()), "lena"))
			.withMessageContaining("rollback-declared");
	}

	@Test
	void reachesPeopleWhoeverIsOnCall() {
		var fields = Map.of("what", "Tell the stakeholders", "target", "shop", "why", "Lena did not answer", "url",
				"https://backout.shop.example/tasks/1");

		var message = comms.messages.send("k2",
				new MessageRequest("page-owner", "rotation:shop-communications", "run-8", null, fields), "system");

		assertThat(comms.deliveries.of(message.id())).extracting(Delivery::address)
			.containsExactly("lena@shop.example");
	}

	@Test
	void everyCopyAndEveryTryHasTheSameMessageId() {
		var draft = comms.declared("run-9");
		comms.messages.send(draft.id(), "lena");
		var postbox = new Postbox();

		comms.sender(postbox).sendDue();

		assertThat(postbox.got).extracting(Envelope::messageId).containsOnly(draft.messageId()).hasSize(2);
		assertThat(draft.messageId()).isEqualTo(draft.id() + "@backout.shop.example");
		comms.clock.advance(Duration.ofMinutes(5));
		var next = comms.messages.send("k3",
				new MessageRequest("rollback-progress", "stakeholders", "run-9", CommsFixture.RELEASE, Map.of()),
				"system");
		comms.sender(postbox).sendDue();
		assertThat(postbox.got.get(2).messageId()).isEqualTo(next.messageId());
		assertThat(postbox.got.get(2).inReplyTo()).as("one thread per run").isEqualTo(draft.messageId());
	}

	@Test
	void aCrashBetweenTheServersYesAndOurMarkRepeatsThatCopyOnly() {
		var draft = comms.declared("run-10");
		comms.messages.send(draft.id(), "lena");
		var postbox = new Postbox() {

			@Override
			public Receipt deliver(Envelope envelope) {
				super.deliver(envelope);
				if (this.got.size() == 2) {
					throw new Error("killed after the server said yes");
				}
				return new Receipt.Accepted("ok");
			}

		};
		assertThatExceptionOfType(Error.class).isThrownBy(() -> comms.sender(postbox).sendDue());

		comms.sender(postbox).sendDue();
		assertThat(postbox.got).as("the lease still holds").hasSize(2);
		comms.clock.advance(Duration.ofMinutes(3));
		comms.sender(postbox).sendDue();
		comms.clock.advance(Duration.ofMinutes(3));
		comms.sender(postbox).sendDue();

		assertThat(postbox.got).extracting(Envelope::address)
			.containsExactly("sales@shop.example", "support@shop.example", "support@shop.example");
		assertThat(postbox.got.get(2)).isEqualTo(postbox.got.get(1));
		assertThat(comms.deliveries.of(draft.id())).extracting(Delivery::state).containsOnly(Delivery.State.ACCEPTED);
	}

	@Test
	void twoSendersShareTheWork() throws Exception {
		for (int number = 0; number < 30; number++) {
			comms.messages.send(comms.declared("run-11-" + number).id(), "lena");
		}
		var keys = Collections.synchronizedList(new ArrayList<String>());
		Carrier carrier = new Postbox() {

			@Override
			public Receipt deliver(Envelope envelope) {
				keys.add(envelope.key());
				return new Receipt.Accepted("ok");
			}

		};

		var threads = List.of(new Thread(comms.sender(carrier)::sendDue), new Thread(comms.sender(carrier)::sendDue),
				new Thread(comms.sender(carrier)::sendDue));
		threads.forEach(Thread::start);
		for (var thread : threads) {
			thread.join();
		}

		assertThat(keys).hasSize(60);
		assertThat(new HashSet<>(keys)).hasSize(60);
	}

	@Test
	void aCopyThatMustWaitIsTriedLaterAndGivenUpAfterDays() {
		var draft = comms.declared("run-12");
		comms.messages.send(draft.id(), "lena");
		var tries = new ArrayList<Instant>();
		var sender = comms.sender(new Postbox() {

			@Override
			public Receipt deliver(Envelope envelope) {
				tries.add(comms.clock.now);
				return envelope.address().startsWith("sales") ? new Receipt.Later("450 mailbox busy")
						: new Receipt.Refused("550 no such user");
			}

		});

		for (int minute = 0; minute < 60 * 24 * 3 + 30; minute++) {
			sender.sendDue();
			comms.clock.advance(Duration.ofMinutes(1));
		}

		assertThat(comms.deliveries.of(draft.id())).extracting(Delivery::state)
			.containsExactly(Delivery.State.GIVEN_UP, Delivery.State.REFUSED);
		assertThat(tries.size()).isBetween(280, 320);
		assertThat(comms.deliveries.of(draft.id()).get(1).answer()).isEqualTo("550 no such user");

		comms.deliveries.tryAgain(comms.deliveries.of(draft.id()).get(1).id(), "lena");
		comms.sender(new Postbox()).sendDue();
		assertThat(comms.deliveries.of(draft.id()).get(1).state()).isEqualTo(Delivery.State.ACCEPTED);
	}

	@Test
	void withoutAServerMessagesAreKeptAsFiles() throws Exception {
		var draft = comms.declared("run-13");
		comms.messages.send(draft.id(), "lena");

		comms.senderTo(MailProperties.none()).sendDue();

		var delivery = comms.deliveries.of(draft.id()).get(0);
		var file = data.resolve("outbox").resolve(draft.id() + "-" + delivery.id() + ".eml");
		assertThat(delivery.state()).isEqualTo(Delivery.State.ACCEPTED);
		assertThat(Files.readString(file)).contains("Message-ID: <" + draft.messageId() + ">",
				"To: Heads of sales and support <sales@shop.example>", "Content-Type: multipart/alternative",
				"Reply-To: lena@shop.example", "Auto-Submitted: auto-generated", "X-Backout-Run: run-13");
		assertThat(new String(comms.deliveries.eml(delivery.id()), StandardCharsets.UTF_8))
			.contains("<" + draft.messageId() + ">");
		try (var files = Files.list(data.resolve("outbox"))) {
			assertThat(files.filter((path) -> path.toString().endsWith(".tmp"))).isEmpty();
		}
	}

	@Test
	void aPromiseIsKeptByTheNextWordOrIsLateOnce() {
		comms.messages.send(comms.declared("run-14").id(), "lena");
		assertThat(comms.promises.open()).extracting(Promises.Open::dueAt)
			.containsExactly(Instant.parse("2026-11-23T03:30:00Z"));
		comms.clock.advance(Duration.ofMinutes(29));
		comms.promises.sayLate();
		assertThat(comms.promises.late()).isEmpty();

		comms.clock.advance(Duration.ofMinutes(2));
		comms.promises.sayLate();
		comms.promises.sayLate();

		assertThat(comms.promises.late()).hasSize(1);
		assertThat(comms.events).filteredOn(PromiseLate.class::isInstance)
			.singleElement()
			.extracting("run", "owner")
			.containsExactly("run-14", "lena");
		comms.messages.send("k4",
				new MessageRequest("rollback-resolved", "stakeholders", "run-14", CommsFixture.RELEASE, Map.of()),
				"lena");
		assertThat(comms.promises.open()).isEmpty();
	}

	@Test
	void aMessageToOnePersonKeepsNoPromise() {
		comms.messages.send(comms.declared("run-15").id(), "lena");

		comms.messages.send("k5", new MessageRequest("page-owner", "person:mira", "run-15", null,
				Map.of("what", "t", "target", "shop", "why", "w", "url", "https://x.example")), "system");

		assertThat(comms.promises.open()).hasSize(1);
	}

	@Test
	void aPromiseInThePastIsRefused() {
		var draft = comms.declared("run-16");
		comms.messages.edit(draft.id(), Map.of("nextUpdateAt", "2026-11-23T02:59:00Z"), "lena");

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> comms.messages.send(draft.id(), "lena"))
			.withMessageContaining("has passed");

		comms.messages.edit(draft.id(), Map.of("nextUpdateAt", "soon"), "lena");
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> comms.messages.send(draft.id(), "lena"))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("message.promise-unclear"));
	}

	@Test
	void aTestGoesToOnePersonAndLeavesTheDraft() {
		var draft = comms.declared("run-17");

		var copy = comms.messages.test(draft.id(), "lena");

		assertThat(copy.sent().content().subject()).startsWith("TEST: ");
		assertThat(comms.deliveries.of(copy.id())).extracting(Delivery::address).containsExactly("lena@shop.example");
		assertThat(comms.messages.get(draft.id()).draft()).isTrue();
		assertThat(comms.promises.open()).isEmpty();
		assertThat(comms.messages.of("run-17")).hasSize(1);
	}

}
