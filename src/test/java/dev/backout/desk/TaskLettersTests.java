package dev.backout.desk;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import javax.sql.DataSource;

import dev.backout.TestDatabase;
import dev.backout.comms.Message;
import dev.backout.comms.MessageRequest;
import dev.backout.comms.Messages;
import dev.backout.kernel.Rejected;
import dev.backout.people.People;
import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.playbook.PlaybookVersion;
import dev.backout.run.InboxTask;
import dev.backout.run.Run;
import dev.backout.run.RunId;
import dev.backout.run.RunKind;
import dev.backout.run.RunState;
import dev.backout.run.Runs;
import dev.backout.run.Severity;
import dev.backout.run.TaskAsked;
import dev.backout.run.Timeline;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.contains;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;

/** Letters to people who are asked, and what happens to the run when one fails. */
class TaskLettersTests {

	private static final RunId RUN = RunId.of("11111111-2222-3333-4444-555555555555");

	private static final TestDatabase DATABASE = TestDatabase.create();

	private static final DataSource DATA = DATABASE.dataSource();

	private static final JdbcClient JDBC = JdbcClient.create(DATA);

	private final JdbcTransactionManager transactions = new JdbcTransactionManager(DATA);

	private final TransactionTemplate transaction = new TransactionTemplate(this.transactions);

	private final Messages messages = mock(Messages.class);

	private final People people = mock(People.class);

	private final Runs runs = mock(Runs.class);

	private final Timeline timeline = mock(Timeline.class);

	private final TaskLetters letters = new TaskLetters(this.messages, this.people, this.runs, this.timeline,
			this.transactions);

	@BeforeAll
	static void table() {
		JDBC.sql("create table written (what text)").update();
	}

	@AfterAll
	static void drop() {
		DATABASE.drop();
	}

	@BeforeEach
	void everybodyIsKnown() {
		JDBC.sql("truncate written").update();
		given(this.people.find(anyString())).willAnswer((call) -> Optional
			.of(new Person(call.getArgument(0), "Somebody", "somebody@example.org", Set.of(Role.APPROVER))));
		given(this.people.nameOf("mira")).willReturn("Mira Okafor");
		given(this.runs.get(RUN)).willReturn(run(RunKind.REAL));
		given(this.messages.send(anyString(), any(MessageRequest.class), eq("system"))).willAnswer((call) -> {
			write("letter to " + call.<MessageRequest>getArgument(1).audience());
			return mock(Message.class);
		});
	}

	@Test
	void letterThatCannotBeWrittenStopsNothingAndIsNoted() {
		// given a template that breaks after something was written, as the real one would
		given(this.messages.send(contains(":omar"), any(MessageRequest.class), eq("system")))
			.willAnswer((call) -> this.transaction.execute((status) -> {
				write("half a letter");
				throw new Rejected("message.broken-template", "approval-needed.md:9 has an open section 'release'");
			}));

		// when
		this.transaction.executeWithoutResult((status) -> {
			write("the step's result");
			this.letters.asked(new TaskAsked(task(), Set.of("omar", "kim"), 1, false, null));
			write("the token's move");
		});

		// then
		assertThat(written()).containsExactlyInAnyOrder("the step's result", "letter to person:kim",
				"the token's move");
		then(this.timeline).should()
			.add(RUN, "letter.failed", "system", "Task_Approve",
					"omar was not told by e-mail that 'Approve the rollback' waits, and must be told otherwise: "
							+ "approval-needed.md:9 has an open section 'release'");
	}

	@Test
	void brokenStatementInALetterDoesNotSpoilTheTransaction() {
		given(this.messages.send(anyString(), any(MessageRequest.class), eq("system")))
			.willAnswer((call) -> JDBC.sql("select 1 / 0").query(Integer.class).single());

		this.transaction.executeWithoutResult((status) -> {
			this.letters.asked(new TaskAsked(task(), Set.of("omar"), 1, false, null));
			write("the step's result");
		});

		assertThat(written()).containsExactly("the step's result");
	}

	@Test
	void letterIsGoneWithWhatItTellsOf() {
		this.transaction.executeWithoutResult((status) -> {
			this.letters.asked(new TaskAsked(task(), Set.of("omar"), 1, false, null));
			status.setRollbackOnly();
		});

		assertThat(written()).isEmpty();
	}

	@Test
	void lastResortIsToldThatItIsOne() {
		this.letters.asked(new TaskAsked(task(), Set.of("omar"), 0, true, null));

		var request = ArgumentCaptor.forClass(MessageRequest.class);
		then(this.messages).should().send(anyString(), request.capture(), eq("system"));
		assertThat(request.getValue().fields())
			.containsEntry("why", "Nobody who is on call can answer it, so you are asked as a last resort.")
			.containsEntry("requester", "Mira Okafor")
			.containsEntry("url", "/tasks/t1")
			.doesNotContainKeys("dueAt", "escalatesAt");
	}

	@Test
	void drillWritesToNobody() {
		given(this.runs.get(RUN)).willReturn(run(RunKind.DRILL));

		this.letters.asked(new TaskAsked(task(), Set.of("omar"), 1, false, null));

		then(this.messages).should(never()).send(anyString(), any(MessageRequest.class), anyString());
	}

	private static void write(String what) {
		JDBC.sql("insert into written values (:what)").param("what", what).update();
	}

	private static List<String> written() {
		return JDBC.sql("select what from written").query(String.class).list();
	}

	private static Run run(RunKind kind) {
		return new Run(RUN, kind, new PlaybookVersion("rollback-release", 1, "Roll back a release", "ab12"),
				"shop-2026.11.2", "shop", "mira", "mira", Severity.SEV2, "errors", null, RunState.RUNNING,
				Instant.parse("2026-11-23T02:14:00Z"), null, null);
	}

	private static InboxTask task() {
		return new InboxTask("t1", RUN, "Task_Approve", "Approve the rollback", InboxTask.Kind.APPROVAL,
				"shop-2026.11.2", "shop", "mira", Severity.SEV2, Set.of("omar"), null, "commander", 1,
				Instant.parse("2026-11-23T02:14:00Z"), Instant.parse("2026-11-23T02:29:00Z"), null, "seal", List.of(),
				List.of(), Map.of());
	}

}
