package dev.backout.kernel;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import dev.backout.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/** Two nodes on one database hear each other. */
class DatabaseNewsTests {

	private static final TestDatabase DATABASE = TestDatabase.create();

	private final HikariDataSource pool = DATABASE.pool();

	private final BlockingQueue<Object> here = new LinkedBlockingQueue<>();

	private final BlockingQueue<Object> there = new LinkedBlockingQueue<>();

	private final DatabaseNews thisNode = new DatabaseNews(this.pool, this.here::add);

	private final DatabaseNews otherNode = new DatabaseNews(this.pool, this.there::add);

	private final TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(this.pool));

	@BeforeEach
	void bothListen() throws InterruptedException {
		this.thisNode.start();
		this.otherNode.start();
		assertThat(next(this.here)).isEqualTo(new NewsResumed());
		assertThat(next(this.there)).isEqualTo(new NewsResumed());
	}

	@AfterEach
	void bothStop() {
		this.thisNode.stop();
		this.otherNode.stop();
		this.pool.close();
	}

	@Test
	void everyNodeHearsWhatOneTells() throws InterruptedException {
		this.thisNode.tell("messages", "run-1");

		assertThat(next(this.here)).isEqualTo(new Heard("messages", "run-1"));
		assertThat(next(this.there)).isEqualTo(new Heard("messages", "run-1"));
	}

	@Test
	void whatIsRolledBackIsNeverTold() throws InterruptedException {
		this.transaction.executeWithoutResult((status) -> {
			this.thisNode.tell("status", "");
			status.setRollbackOnly();
		});
		this.transaction.executeWithoutResult((status) -> {
			this.thisNode.tell("health", "shop-2");
			this.thisNode.tell("health", "shop-2");
			assertThat(this.there).as("before the end").isEmpty();
		});
		this.thisNode.tell("last", "");

		assertThat(next(this.there)).isEqualTo(new Heard("health", "shop-2"));
		assertThat(next(this.there)).isEqualTo(new Heard("last", ""));
	}

	@Test
	void whoeverLostTheConnectionLooksAtEverythingAgain() throws InterruptedException {
		DATABASE.jdbc()
			.sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen %'")
			.query()
			.listOfRows();

		assertThat(next(this.there)).isEqualTo(new NewsResumed());
		assertThat(next(this.here)).isEqualTo(new NewsResumed());
		this.otherNode.tell("run", "1");
		assertThat(next(this.here)).isEqualTo(new Heard("run", "1"));
	}

	private static Object next(BlockingQueue<Object> heard) throws InterruptedException {
		var event = heard.poll(20, TimeUnit.SECONDS);
		assertThat(event).as("within 20 s").isNotNull();
		return event;
	}

}
