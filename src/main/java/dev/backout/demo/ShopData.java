package dev.backout.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The shop's rows before the bad release: made by hashing row numbers, so that every
 * machine has the same ones.
 */
final class ShopData {

	/** Shares of all rows, in thousandths; payments are what is left. */
	private static final int CUSTOMERS = 200;

	private static final int PRODUCTS = 5;

	private static final int ORDERS = 410;

	private final int customers;

	private final int products;

	private final int orders;

	private final int payments;

	ShopData(int rows) {
		this.customers = share(rows, CUSTOMERS);
		this.products = share(rows, PRODUCTS);
		this.orders = share(rows, ORDERS);
		this.payments = rows - this.customers - this.products - this.orders;
	}

	private static int share(int rows, int thousandths) {
		return Math.max(1, (int) ((long) rows * thousandths / 1000));
	}

	/** Fills the tables, in the caller's transaction; does nothing if they have rows. */
	void fill(Connection connection) throws SQLException {
		try (var statement = connection.createStatement()) {
			if (hasRows(statement)) {
				return;
			}
			statement.execute("""
					create function pg_temp.pick(what text, n bigint, size int) returns int language sql immutable
					return (('x' || substr(md5(what || n), 1, 8))::bit(32)::bigint %% size)::int
					""".replace("%%", "%"));
			statement.execute(customers());
			statement.execute(products());
			statement.execute(orders());
			statement.execute(payments());
			statement.execute("""
					insert into coupon (code, percent_off, valid_until)
					select 'AUTUMN' || n, 5 + n % 20, date '2026-12-31' + n from generate_series(1, 24) n""");
			statement.execute("drop function pg_temp.pick");
			statement.execute("analyze customer, product, orders, payment, coupon");
		}
	}

	private static boolean hasRows(Statement statement) throws SQLException {
		try (var rows = statement.executeQuery("select exists (select from customer)")) {
			rows.next();
			return rows.getBoolean(1);
		}
	}

	/** One family name in eight has two words. */
	private String customers() {
		return """
				insert into customer (id, name, email, city, created_at)
				select n,
					given[1 + pg_temp.pick('given', n, 24)] || ' ' || family[1 + pg_temp.pick('family', n, 24)],
					'customer' || n || '@mail.example',
					city[1 + pg_temp.pick('city', n, 8)],
					timestamptz '2024-01-01 00:00:00Z' + pg_temp.pick('since', n, 86400000) * interval '1 second'
				from generate_series(1, %d) n,
				(select array['Ada', 'Ben', 'Carla', 'Dmitri', 'Elif', 'Farid', 'Greta', 'Hugo', 'Ines', 'Jonas', 'Kaya',
					'Lena', 'Milan', 'Nora', 'Omar', 'Paula', 'Quentin', 'Rosa', 'Sven', 'Tomas', 'Uta', 'Vera', 'Wei',
					'Yara'] as given,
					array['Adler', 'Berg', 'Costa', 'van Dyk', 'Eriksen', 'Fischer', 'Garcia', 'Horvat', 'Ivanova',
					'Jansen', 'Kowalski', 'de la Cruz', 'Lindgren', 'Moreau', 'Novak', 'Okafor', 'Petrov', 'Quist',
					'Rossi', 'Silva', 'Tanaka', 'Urban', 'Vogel', 'von Wald'] as family,
					array['Berlin', 'Lisbon', 'Oslo', 'Prague', 'Rome', 'Tallinn', 'Vienna', 'Zagreb'] as city) words
				"""
			.formatted(this.customers);
	}

	private String products() {
		return """
				insert into product (id, name, legacy_sku, price_cents)
				select n, 'Article ' || n, 'SKU-' || upper(substr(md5('sku' || n), 1, 8)), 500 + pg_temp.pick('price', n, 20000)
				from generate_series(1, %d) n
				"""
			.formatted(this.products);
	}

	/** Orders up to the number of payments are paid or shipped, the rest is not paid. */
	private String orders() {
		return """
				insert into orders (id, customer_id, product_id, quantity, amount_cents, status, ordered_at)
				select n, customer, product, quantity, quantity * (500 + pg_temp.pick('price', product, 20000)),
					case when n <= %d then (array['paid', 'shipped', 'shipped', 'shipped'])[1 + pg_temp.pick('status', n, 4)]
						else (array['new', 'cancelled'])[1 + pg_temp.pick('status', n, 2)] end,
					timestamptz '2026-01-01 00:00:00Z' + n * interval '5 minutes'
				from (select n, 1 + pg_temp.pick('customer', n, %d) as customer, 1 + pg_temp.pick('product', n, %d) as product,
					1 + pg_temp.pick('quantity', n, 5) as quantity from generate_series(1, %d) n) line
				"""
			.formatted(this.payments, this.customers, this.products, this.orders);
	}

	private String payments() {
		return """
				insert into payment (id, order_id, method, amount_cents, paid_at)
				select o.id, o.id, (array['card', 'card', 'invoice', 'wallet'])[1 + pg_temp.pick('method', o.id, 4)],
					o.amount_cents, o.ordered_at + pg_temp.pick('paid', o.id, 3600) * interval '1 second'
				from orders o where o.id <= %d
				""".formatted(this.payments);
	}

}
