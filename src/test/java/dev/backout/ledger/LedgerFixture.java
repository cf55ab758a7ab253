package dev.backout.ledger;

import java.nio.file.Path;
import java.util.Map;

import javax.sql.DataSource;

import dev.backout.TestDatabase;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A ledger on a database of its own, without the application around it. */
public final class LedgerFixture {

	public final TestDatabase database;

	public final JdbcClient jdbc;

	public final TransactionTemplate transaction;

	public final Ledger ledger;

	public final Tree tree;

	public final LedgerProofs proofs;

	public final LedgerExport export;

	private LedgerFixture(TestDatabase database, DataSource source, Path data) {
		this.database = database;
		this.jdbc = JdbcClient.create(source);
		var transactions = new JdbcTransactionManager(source);
		this.transaction = new TransactionTemplate(transactions);
		this.ledger = new PostgresLedger(this.jdbc);
		this.tree = new Tree(this.jdbc, transactions);
		this.proofs = new LedgerProofs(this.jdbc, this.tree, transactions, new LedgerProperties("backout/test", null),
				data);
		this.export = new LedgerExport(this.jdbc, this.proofs);
	}

	public static LedgerFixture on(TestDatabase database, Path data) {
		return new LedgerFixture(database, database.pool(), data);
	}

	/** On a database that has the tables. */
	static LedgerFixture on(DataSource source, Path data) {
		return new LedgerFixture(null, source, data);
	}

	/** Appends in a transaction of its own. */
	public long append(Deed deed) {
		return this.transaction.execute((status) -> this.ledger.append(deed));
	}

	public static Deed aDeed(String subject, int number) {
		return Deed.of("step.done", "mira", subject, Map.of("number", String.valueOf(number)));
	}

}
