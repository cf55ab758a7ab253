package dev.backout.kernel;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

import javax.sql.DataSource;

import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** News by way of the database that all nodes share; one connection a node listens. */
@Component
class DatabaseNews implements News, SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(DatabaseNews.class);

	private static final String CHANNEL = "backout_news";

	private static final int LISTEN_MILLIS = 1000;

	private final DataSource dataSource;

	private final JdbcClient jdbc;

	private final ApplicationEventPublisher events;

	private final PerTransaction<Set<String>> told = new PerTransaction<>(LinkedHashSet::new, this::say);

	private volatile boolean running;

	private volatile Thread listener = new Thread();

	DatabaseNews(DataSource dataSource, ApplicationEventPublisher events) {
		this.dataSource = dataSource;
		this.jdbc = JdbcClient.create(dataSource);
		this.events = events;
	}

	@Override
	public void tell(String topic, String about) {
		var news = topic + " " + about;
		this.told.get().ifPresentOrElse((before) -> before.add(news), () -> say(Set.of(news)));
	}

	private void say(Set<String> news) {
		this.jdbc.sql("select pg_notify(:channel, news) from unnest(:news::text[]) as told (news)")
			.param("channel", CHANNEL)
			.param("news", news.toArray(String[]::new))
			.query((rows) -> {
			});
	}

	@Override
	public void start() {
		this.running = true;
		this.listener = new Thread(this::listen, "news");
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
					logger.warn("Lost the news of other nodes, listening again: {}", ex.getMessage());
					pause();
				}
			}
		}
	}

	private void hear(Connection connection) throws SQLException {
		connection.setAutoCommit(true);
		try (var statement = connection.createStatement()) {
			statement.execute("listen " + CHANNEL);
			publish(new NewsResumed());
			var source = connection.unwrap(PGConnection.class);
			while (this.running) {
				var news = source.getNotifications(LISTEN_MILLIS);
				for (var one : Objects.requireNonNullElse(news, new PGNotification[0])) {
					publish(heard(one.getParameter()));
				}
			}
			statement.execute("unlisten " + CHANNEL);
		}
	}

	private static Heard heard(String news) {
		var end = news.indexOf(' ');
		return new Heard(news.substring(0, end), news.substring(end + 1));
	}

	private void publish(Object event) {
		try {
			this.events.publishEvent(event);
		}
		catch (RuntimeException ex) {
			logger.warn("{} did not reach everybody", event, ex);
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
