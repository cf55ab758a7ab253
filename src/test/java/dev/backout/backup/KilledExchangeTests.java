package dev.backout.backup;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

import dev.backout.database.DatabaseFixture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** An exchange whose process died goes on, or is given up: nobody stays locked out. */
class KilledExchangeTests extends RestoreScene {

	@Test
	void aKilledExchangeIsFinishedByTheNextCall() throws SQLException {
		var choice = this.restores.choose(this.backup.id(), "shop", this.run);
		this.restores.beside(this.backup.id(), "shop", this.run, Progress.NONE);
		killedAfterTheBlock();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.shop.dataSource().getConnection());

		var exchange = this.restores.swap("shop", this.run, choice.digest());

		assertThat(states()).containsExactly("good");
		assertThat(exchange.downtime()).as("counted from the first block").isPositive();
	}

	@Test
	void aKilledExchangeIsGivenUpByDiscarding() throws SQLException {
		this.restores.choose(this.backup.id(), "shop", this.run);
		this.restores.beside(this.backup.id(), "shop", this.run, Progress.NONE);
		killedAfterTheBlock();

		assertThat(this.restores.discard("shop", this.run)).contains("dropped", "people can connect again");

		assertThat(states()).containsExactly("bad");
		assertThat(databases()).doesNotContain(Beside.restored(this.shop.name(), this.run));
	}

	/** A session that dies between the two renames, as with a kill -9. */
	@Test
	void betweenTheTwoRenamesThereIsNothing() throws Exception {
		var choice = this.restores.choose(this.backup.id(), "shop", this.run);
		this.restores.beside(this.backup.id(), "shop", this.run, Progress.NONE);
		killedAfterTheBlock();
		try (var doomed = this.server.dataSource().getConnection(); var statement = doomed.createStatement()) {
			statement.execute("begin; alter database %s rename to %s".formatted(this.shop.name(),
					Beside.former(this.shop.name(), this.run)));
			var pid = doomed.unwrap(org.postgresql.PGConnection.class).getBackendPID();
			jdbc().sql("select pg_terminate_backend(%d, 10000)".formatted(pid)).query(Boolean.class).single();
		}
		assertThat(databases()).contains(this.shop.name(), Beside.restored(this.shop.name(), this.run));

		this.restores.swap("shop", this.run, choice.digest());

		assertThat(states()).containsExactly("good");
	}

	/**
	 * Our own session, cut where the first rename is done and the second waits: somebody
	 * holds the database that is to come.
	 */
	@Test
	void aSessionThatIsCutBetweenTheTwoRenamesLeavesTheTargetAsItWas() throws Exception {
		var choice = this.restores.choose(this.backup.id(), "shop", this.run);
		this.restores.beside(this.backup.id(), "shop", this.run, Progress.NONE);
		var restored = Beside.restored(this.shop.name(), this.run);
		try (var holder = this.server.dataSource().getConnection(); var statement = holder.createStatement()) {
			statement.execute("begin; alter role postgres in database %s set work_mem = '8MB'".formatted(restored));

			var swap = CompletableFuture.supplyAsync(() -> this.restores.swap("shop", this.run, choice.digest()));
			var cut = new AtomicInteger();
			Awaitility.await()
				.until(() -> cut.addAndGet(jdbc().sql("""
						select count(pg_terminate_backend(pid, 10000)) from pg_stat_activity
						where wait_event_type = 'Lock' and query like 'alter database % rename to "' || ? || '"'""")
					.param(this.shop.name())
					.query(Integer.class)
					.single()) > 0 || swap.isDone());
			assertThat(cut).as("sessions cut at the second rename").hasValue(1);
			assertThatExceptionOfType(CompletionException.class).isThrownBy(swap::join);
			assertThat(databases()).contains(this.shop.name(), restored)
				.doesNotContain(Beside.former(this.shop.name(), this.run));
			assertThat(states()).as("people are let in again").containsExactly("bad");
			statement.execute("rollback");
		}

		this.restores.swap("shop", this.run, choice.digest());

		assertThat(states()).containsExactly("good");
	}

	private void killedAfterTheBlock() throws SQLException {
		try (var connection = DatabaseFixture.aTarget(this.shop).at("postgres").open("swap");
				var statement = connection.createStatement()) {
			new SwapMarks(connection).begin(Beside.restored(this.shop.name(), this.run));
			statement.execute("alter database %s allow_connections false".formatted(this.shop.name()));
		}
	}

}
