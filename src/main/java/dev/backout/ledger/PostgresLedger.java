package dev.backout.ledger;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Writes entries; {@link Tree} gives them their place later. */
@Component
class PostgresLedger implements Ledger {

	private final JdbcClient jdbc;

	PostgresLedger(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@Override
	public long append(Deed deed) {
		if (!TransactionSynchronizationManager.isActualTransactionActive()) {
			throw new IllegalStateException("Entry '%s' of '%s' needs the transaction of the deed itself"
				.formatted(deed.kind(), deed.subject()));
		}
		var leaf = Leaf.of(deed);
		return this.jdbc.sql("""
				with entry as (
					insert into backout.ledger_entry (subject, leaf)
					values (:subject, :head || to_char(clock_timestamp() at time zone 'UTC',
						'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || :tail)
					returning id)
				insert into backout.ledger_queue (entry) select id from entry returning entry""")
			.param("subject", deed.subject())
			.param("head", leaf.head())
			.param("tail", leaf.tail())
			.query(Long.class)
			.single();
	}

}
