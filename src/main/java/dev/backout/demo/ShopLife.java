package dev.backout.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * What people do in the shop between the bad release and its rollback. All of it must
 * still be there afterwards.
 */
final class ShopLife {

	/** First number of rows that are added. */
	static final int FIRST = 10_000_000;

	private static final int CUSTOMERS = 40;

	private static final int ORDERS = 120;

	private static final int PAYMENTS = 80;

	private ShopLife() {
	}

	/** Does it, in the caller's transaction; does nothing if it has been done. */
	static void happen(Connection connection) throws SQLException {
		try (var statement = connection.createStatement()) {
			try (var rows = statement.executeQuery("select exists (select from customer where id >= " + FIRST + ")")) {
				rows.next();
				if (rows.getBoolean(1)) {
					return;
				}
			}
			for (var sql : deeds()) {
				statement.execute(sql);
			}
		}
	}

	private static List<String> deeds() {
		return List.of("""
				insert into customer (id, given_name, family_name, email, city, created_at)
				select %1$d + n, 'Nina', 'Newcomer ' || n, 'newcomer' || n || '@mail.example', 'Oslo', now()
				from generate_series(1, %2$d) n""".formatted(FIRST, CUSTOMERS), """
				insert into orders (id, customer_id, product_id, quantity, amount_cents, status, ordered_at)
				select %1$d + n, %1$d + 1 + n %% %2$d, 1, 1, 1999, case when n <= %4$d then 'paid' else 'new' end, now()
				from generate_series(1, %3$d) n""".formatted(FIRST, CUSTOMERS, ORDERS, PAYMENTS),
				"""
						insert into payment (id, order_id, method, amount_cents, paid_at)
						select %1$d + n, %1$d + n, 'card', 1999, now() from generate_series(1, %2$d) n"""
					.formatted(FIRST, PAYMENTS),
				// Customers who move: a column that the release leaves alone.
				"update customer set city = 'Bergen' where id % 500 = 7 and id < " + FIRST,
				// Orders that the release closed, and that come back: later than the
				// release, so they stay.
				"update orders set status = 'returned' where status = 'closed' and id % 2000 = 11 and id < " + FIRST);
	}

}
