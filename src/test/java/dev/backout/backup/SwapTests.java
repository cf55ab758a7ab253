package dev.backout.backup;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import dev.backout.TestDatabase;
import dev.backout.ledger.LedgerFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** An exchange under load: short, and nobody sees the old rows after the new. */
class SwapTests {

	static final int CLIENTS = 20;

	@TempDir
	Path data;

	final TestDatabase shop = TestDatabase.create();

	final AtomicBoolean stop = new AtomicBoolean();

	final AtomicLong lastOld = new AtomicLong();

	final AtomicLong firstNew = new AtomicLong(Long.MAX_VALUE);

	final AtomicLong reads = new AtomicLong();

	@Test
	void twentyBusyClientsNeverReadTheOldAfterTheNew() throws Exception {
		this.shop.jdbc().sql("create table item as select 'new' as state").update();
		var fixture = new BackupFixture(this.data, LedgerFixture.on(TestDatabase.withSchema(), this.data), this.shop);
		var backup = fixture.take("step-1");
		this.shop.jdbc().sql("update item set state = 'old'").update();
		var clients = new ArrayList<Thread>();
		for (int i = 0; i < CLIENTS; i++) {
			clients.add(new Thread(this::readOn));
		}
		clients.forEach(Thread::start);
		try (var idle = this.shop.dataSource().getConnection(); var statement = idle.createStatement()) {
			statement.execute("begin; select state from item");

			var restored = fixture.backups.restore(backup.id(), "shop", "run-1", Progress.NONE);

			awaitNew();
			assertThat(restored.downtime()).isLessThan(Duration.ofSeconds(10));
			this.stop.set(true);
			for (var client : clients) {
				client.join();
			}
			assertThat(this.reads).hasPositiveValue();
			assertThat(this.lastOld.get()).isPositive().isLessThan(this.firstNew.get());
			this.shop.jdbc().sql("drop database " + restored.formerDatabase()).update();
		}
		finally {
			this.stop.set(true);
		}
		this.shop.drop();
	}

	private void awaitNew() {
		await().atMost(Duration.ofSeconds(30))
			.pollInterval(Duration.ofMillis(10))
			.until(() -> this.firstNew.get() != Long.MAX_VALUE);
	}

	/** Reads until told to stop, and connects again whenever the session was ended. */
	private void readOn() {
		while (!this.stop.get()) {
			try (var connection = DriverManager.getConnection(this.shop.url(), "postgres", "postgres");
					var statement = connection.createStatement()) {
				while (!this.stop.get()) {
					var asked = System.nanoTime();
					try (var rows = statement.executeQuery("select state from item")) {
						rows.next();
						note(rows.getString(1), asked);
					}
				}
			}
			catch (SQLException ex) {
				// Ended, refused or unknown for a moment: that is the exchange.
			}
		}
	}

	/** When the question that got the old answer was asked; when the new answer came. */
	private void note(String state, long asked) {
		this.reads.incrementAndGet();
		if (state.equals("old")) {
			this.lastOld.accumulateAndGet(asked, Math::max);
		}
		else {
			this.firstNew.accumulateAndGet(System.nanoTime(), Math::min);
		}
	}

}
