package dev.backout.demo;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * The shop's own figures: how many requests it had, and how many failed. While the bad
 * release is deployed about six in a hundred fail.
 */
final class ShopHealth {

	private ShopHealth() {
	}

	/** Makes the place for the figures, and those of the hours before the bad release. */
	static void begin(Connection connection) throws SQLException {
		try (var statement = connection.createStatement()) {
			statement.execute("create schema if not exists ops");
			statement.execute("""
					create table if not exists ops.request_figure (
						taken_at timestamptz primary key,
						requests integer not null,
						failed integer not null,
						p95_millis integer not null)""");
			statement.execute("""
					insert into ops.request_figure (taken_at, requests, failed, p95_millis)
					select at, 4000 + extract(minute from at)::int * 7, 6 + extract(minute from at)::int % 5, 120
					from generate_series(date_trunc('minute', now()) - interval '3 hours', now() - interval '1 hour',
						interval '1 minute') at
					where not exists (select from ops.request_figure)""");
		}
	}

	/** The hour between the bad release and the first start of the application. */
	static void worsen(Connection connection) throws SQLException {
		try (var statement = connection.createStatement()) {
			statement.execute(
					"""
							insert into ops.request_figure (taken_at, requests, failed, p95_millis)
							select at, 3800 + extract(minute from at)::int * 5, 240 + extract(minute from at)::int, 840
							from generate_series(date_trunc('minute', now()) - interval '59 minutes', now(), interval '1 minute') at
							on conflict do nothing""");
		}
	}

	/** One more figure, as the shop is now. */
	static void measure(Connection connection) throws SQLException {
		try (var statement = connection.createStatement()) {
			statement.execute("""
					insert into ops.request_figure (taken_at, requests, failed, p95_millis)
					select now(), requests, case when bad then requests * 6 / 100 else requests / 500 end,
						case when bad then 850 else 120 end
					from (select 1000 + extract(second from now())::int * 50 as requests,
						exists (select from orders where status = 'closed') as bad) shop""");
		}
	}

}
