package dev.backout.backup;

import java.sql.SQLException;

import dev.backout.database.DatabaseFixture;
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

	private void killedAfterTheBlock() throws SQLException {
		try (var connection = DatabaseFixture.aTarget(this.shop).at("postgres").open("swap");
				var statement = connection.createStatement()) {
			new SwapMarks(connection).begin(Beside.restored(this.shop.name(), this.run));
			statement.execute("alter database %s allow_connections false".formatted(this.shop.name()));
		}
	}

}
