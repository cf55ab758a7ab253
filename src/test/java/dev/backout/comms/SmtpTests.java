package dev.backout.comms;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.backout.TestDatabase;
import dev.backout.comms.mail.Carriers;
import dev.backout.comms.mail.Envelope;
import dev.backout.comms.mail.MailDown;
import dev.backout.comms.mail.MailProperties;
import dev.backout.comms.mail.MailProperties.StartTls;
import dev.backout.comms.mail.Receipt;
import dev.backout.kernel.Rejected;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMultipart;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Messages over real SMTP, to a server that works, is down, or is unfriendly. */
class SmtpTests {

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
	}

	static MailProperties server(int port, String user, String password, StartTls starttls) {
		return new MailProperties("127.0.0.1", port, user, password, null, "Shop <ops@shop.example>", starttls,
				Duration.ofSeconds(5));
	}

	static Envelope envelope(String name, String subject, Map<String, String> headers) {
		return new Envelope("k", "id@shop.example", "first@shop.example", "sales@shop.example", name, subject, "Grüße",
				"<p>Grüße</p>", comms.clock.now, headers);
	}

	@Test
	void arrivesAsTextAndHtmlUnderItsOwnId() throws Exception {
		var green = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
		green.start();
		var draft = comms.declared("run-1");
		comms.messages.send(draft.id(), "lena");

		comms.senderTo(server(green.getSmtp().getPort(), null, null, StartTls.OPPORTUNISTIC)).sendDue();

		assertThat(green.waitForIncomingEmail(5_000, 2)).isTrue();
		var mail = green.getReceivedMessages()[0];
		assertThat(mail.getMessageID()).isEqualTo("<" + draft.messageId() + ">");
		assertThat(mail.getFrom()[0].toString()).isEqualTo("Shop <ops@shop.example>");
		assertThat(mail.getSubject())
			.isEqualTo("Shop: problem with Catalog and Orders, we are rolling back release 2026.11.2");
		var parts = (MimeMultipart) mail.getContent();
		assertThat(parts.getContentType()).startsWith("multipart/alternative");
		assertThat(parts.getBodyPart(0).getContentType()).startsWith("text/plain");
		assertThat(parts.getBodyPart(1).getContentType()).startsWith("text/html");
		assertThat(comms.deliveries.of(draft.id())).extracting(Delivery::state)
			.containsExactly(Delivery.State.ACCEPTED, Delivery.State.ACCEPTED);
		green.stop();
	}

	@Test
	void logsInWithAPasswordFromAFile() throws Exception {
		var green = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
		green.setUser("ops@shop.example", "ops", "s3cret");
		green.getUserManager().setAuthRequired(true);
		green.start();
		var file = Files.writeString(data.resolve("password"), "s3cret\n");
		var right = new MailProperties("127.0.0.1", green.getSmtp().getPort(), "ops", null, file, "ops@shop.example",
				StartTls.OPPORTUNISTIC, Duration.ofSeconds(5));
		var wrong = server(green.getSmtp().getPort(), "ops", "guess", StartTls.OPPORTUNISTIC);

		assertThat(Carriers.of(right, data, comms.clock).deliver(envelope("", "s", Map.of())))
			.isInstanceOf(Receipt.Accepted.class);
		assertThatExceptionOfType(MailDown.class)
			.isThrownBy(() -> Carriers.of(wrong, data, comms.clock).deliver(envelope("", "s", Map.of())))
			.withMessageNotContaining("guess");
		assertThat(right.toString() + wrong).doesNotContain("s3cret", "guess");
		green.stop();
	}

	@Test
	void aPasswordNeverGoesOutInTheOpenByConfiguration() {
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> server(25, "ops", "x", StartTls.NEVER));
	}

	@Test
	void withoutTheEncryptionThatIsRequiredNothingLeaves() {
		var green = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
		green.start();
		var carrier = Carriers.of(server(green.getSmtp().getPort(), null, null, StartTls.REQUIRED), data, comms.clock);

		assertThatExceptionOfType(MailDown.class).isThrownBy(() -> carrier.deliver(envelope("", "s", Map.of())));
		assertThat(green.getReceivedMessages()).isEmpty();
		green.stop();
	}

	@Test
	void anHourWithoutAServerLosesAndRepeatsNothing() throws Exception {
		int port = freePort();
		var sender = comms.senderTo(server(port, null, null, StartTls.OPPORTUNISTIC));
		for (int number = 0; number < 15; number++) {
			comms.messages.send(comms.declared("run-2-" + number).id(), "lena");
		}
		for (int minute = 0; minute < 60; minute++) {
			sender.sendDue();
			comms.clock.advance(Duration.ofMinutes(1));
		}
		var waiting = IntStream.range(0, 15)
			.mapToObj((number) -> comms.messages.of("run-2-" + number).get(0))
			.flatMap((message) -> comms.deliveries.of(message.id()).stream())
			.toList();
		assertThat(waiting).hasSize(30).allSatisfy((delivery) -> {
			assertThat(delivery.state()).isEqualTo(Delivery.State.WAITING);
			assertThat(delivery.tries()).as("nobody was asked").isZero();
		});
		assertThat(waiting).as("whichever was tried says why it waits")
			.anySatisfy((delivery) -> assertThat(delivery.answer()).contains("127.0.0.1:" + port));

		var green = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
		green.start();
		sender.sendDue();
		sender.sendDue();

		assertThat(green.waitForIncomingEmail(5_000, 30)).isTrue();
		var ids = List.of(green.getReceivedMessages()).stream().map((mail) -> {
			try {
				return mail.getMessageID() + mail.getAllRecipients()[0];
			}
			catch (MessagingException ex) {
				throw new AssertionError(ex);
			}
		}).toList();
		assertThat(ids).hasSize(30).doesNotHaveDuplicates();
		green.stop();
	}

	private static int freePort() throws IOException {
		try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	@ParameterizedTest
	@CsvSource({ "RCPT, 550 no such user, REFUSED", "RCPT, 450 mailbox busy, LATER", "RCPT, 421 shutting down, DOWN",
			"MAIL, 550 sender not allowed, DOWN", "MAIL, 530 log in first, DOWN", "DATA, 554 looks like spam, REFUSED",
			"DATA, 451 try later, LATER", "., 552 too big, REFUSED", "., 452 disk full, LATER" })
	void tellsARefusedCopyFromAServerThatIsDown(String command, String answer, String expected) throws Exception {
		try (var server = new Unfriendly(command, answer)) {
			var carrier = Carriers.of(server(server.port(), null, null, StartTls.OPPORTUNISTIC), data, comms.clock);

			String outcome;
			try {
				outcome = carrier.deliver(envelope("", "s", Map.of())).getClass().getSimpleName().toUpperCase();
			}
			catch (MailDown ex) {
				outcome = "DOWN";
			}

			assertThat(outcome).isEqualTo(expected);
		}
	}

	@Test
	void usesOneConnectionForManyMessages() throws Exception {
		try (var server = new Unfriendly("never", "")) {
			var carrier = Carriers.of(server(server.port(), null, null, StartTls.OPPORTUNISTIC), data, comms.clock);

			for (int number = 0; number < 50; number++) {
				carrier.deliver(envelope("", "s", Map.of()));
			}
			assertThat(server.connections).hasValue(1);

			comms.clock.advance(Duration.ofMinutes(1));
			carrier.deliver(envelope("", "s", Map.of()));
			assertThat(server.connections).as("an idle connection is not trusted").hasValue(2);
		}
	}

	@Test
	void noValueBecomesAHeader() throws Exception {
		try (var server = new Unfriendly("never", "")) {
			var carrier = Carriers.of(server(server.port(), null, null, StartTls.OPPORTUNISTIC), data, comms.clock);

			carrier.deliver(envelope("Eve\r\nBcc: all@shop.example",
					"Hello\r\nBcc: all@shop.example\r\n\r\nBody\u2028X-Evil: 1",
					Map.of("X-Backout-Run", "run\r\nX-Evil: 1")));

			var head = server.lines.stream().takeWhile((line) -> !line.isEmpty()).toList();
			assertThat(head).anyMatch((line) -> line.startsWith("Subject: Hello Bcc"))
				.noneMatch((line) -> line.startsWith("Bcc") || line.startsWith("X-Evil"));
			assertThat(server.commands).filteredOn((line) -> line.startsWith("RCPT")).hasSize(1);
		}
	}

	@Test
	void anAddressThatIsNoneIsRefusedWithoutAsking() throws Exception {
		try (var server = new Unfriendly("never", "")) {
			var carrier = Carriers.of(server(server.port(), null, null, StartTls.OPPORTUNISTIC), data, comms.clock);

			var receipt = carrier.deliver(new Envelope("k", "i", null, "a@b.example\r\nRCPT TO:<x@y>", "", "s", "t",
					"h", comms.clock.now, Map.of()));

			assertThat(receipt).isInstanceOf(Receipt.Refused.class);
			assertThat(server.connections).hasValue(0);
		}
	}

	/** Speaks just enough SMTP and gives one command a bad answer. */
	static final class Unfriendly implements AutoCloseable {

		final AtomicInteger connections = new AtomicInteger();

		final List<String> commands = new CopyOnWriteArrayList<>();

		final List<String> lines = new CopyOnWriteArrayList<>();

		private final ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());

		private final String command;

		private final String answer;

		Unfriendly(String command, String answer) throws IOException {
			this.command = command;
			this.answer = answer;
			var thread = new Thread(this::serve);
			thread.setDaemon(true);
			thread.start();
		}

		int port() {
			return this.socket.getLocalPort();
		}

		private void serve() {
			while (!this.socket.isClosed()) {
				try (var peer = this.socket.accept()) {
					this.connections.incrementAndGet();
					talk(new BufferedReader(new InputStreamReader(peer.getInputStream(), StandardCharsets.UTF_8)),
							peer.getOutputStream());
				}
				catch (IOException ex) {
					// The test is over, or the client is gone.
				}
			}
		}

		private void talk(BufferedReader in, OutputStream out) throws IOException {
			say(out, "220 hello");
			for (String line = in.readLine(); line != null; line = in.readLine()) {
				this.commands.add(line);
				var bad = line.startsWith(this.command);
				if (line.startsWith("DATA") && !bad) {
					say(out, "354 go on");
					for (String data = in.readLine(); !".".equals(data); data = in.readLine()) {
						this.lines.add(data);
					}
					say(out, ".".equals(this.command) ? this.answer : "250 ok");
				}
				else if (line.startsWith("QUIT")) {
					say(out, "221 bye");
					return;
				}
				else {
					say(out, bad ? this.answer : "250 ok");
				}
			}
		}

		private static void say(OutputStream out, String line) throws IOException {
			out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
			out.flush();
		}

		@Override
		public void close() throws IOException {
			this.socket.close();
		}

	}

}
