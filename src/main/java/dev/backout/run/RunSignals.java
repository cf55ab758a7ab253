package dev.backout.run;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Tells every node which run has news: the transaction that changes a run notifies, and
 * each node, this one included, hears it once that transaction has committed.
 */
@Component
class RunSignals implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(RunSignals.class);

	private static final String CHANNEL = "backout_run";

	private static final int LISTEN_MILLIS = 1000;

	private final DataSource dataSource;

	private final JdbcClient jdbc;

	private final ApplicationEventPublisher events;

	private volatile boolean running;

	private volatile Thread listener = new Thread();

	RunSignals(DataSource dataSource, ApplicationEventPublisher events) {
		this.dataSource = dataSource;
		this.jdbc = JdbcClient.create(dataSource);
		this.events = events;
	}

	/** Joins the caller's transaction; a run's news are told once per transaction. */
	void changed(RunId run) {
		this.jdbc.sql("select pg_notify(:channel, :run)")
			.param("channel", CHANNEL)
			.param("run", run.toString())
			.query((rows) -> {
			});
	}

	@Override
	public void start() {
		this.running = true;
		this.listener = new Thread(this::listen, "run-signals");
		this.listener.setDaemon(true);
		this.listener.start();
	}

	@Override
	public void stop() {
		this.running = false;
		try {
			this.listener.join(2L * LISTEN_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	private void listen() {
		while (this.running) {
			try (var connection = this.dataSource.getConnection()) {
				hear(connection);
			}
			catch (SQLException ex) {
				if (this.running) {
					logger.warn("Lost the news of runs, listening again: {}", ex.getMessage());
					pause();
				}
			}
		}
	}

	private void hear(Connection connection) throws SQLException {
		connection.setAutoCommit(true);
		try (var statement = connection.createStatement()) {
			statement.execute("listen " + CHANNEL);
			activeRuns().forEach(this::publish);
			var source = connection.unwrap(PGConnection.class);
			while (this.running) {
				var notifications = source.getNotifications(LISTEN_MILLIS);
				for (var notification : (notifications != null) ? notifications
						: new org.postgresql.PGNotification[0]) {
					publish(RunId.of(notification.getParameter()));
				}
			}
			statement.execute("unlisten " + CHANNEL);
		}
	}

	// What was missed while nobody listened is not known, so look at everything again.
	private java.util.List<RunId> activeRuns() {
		return this.jdbc.sql("select id from backout.run where ended_at is null")
			.query((row, number) -> new RunId(row.getObject(1, java.util.UUID.class)))
			.list();
	}

	private void publish(RunId run) {
		try {
			this.events.publishEvent(new RunChanged(run));
		}
		catch (RuntimeException ex) {
			logger.warn("News of run {} did not reach everybody", run, ex);
		}
	}

	private void pause() {
		try {
			Thread.sleep(LISTEN_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			this.running = false;
		}
	}

}
