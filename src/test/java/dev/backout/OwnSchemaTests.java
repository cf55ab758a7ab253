package dev.backout;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;

import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.UpdateSummaryEnum;
import liquibase.changelog.ChangeSet;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Our own schema goes there, back and there again, and is the same after each leg. */
class OwnSchemaTests {

	/** Held, or the setting would be forgotten with the logger. */
	private static final Logger LIQUIBASE = Logger.getLogger("liquibase");

	private final TestDatabase database = TestDatabase.create();

	private Connection connection;

	private Liquibase liquibase;

	@BeforeEach
	void open() throws SQLException, LiquibaseException {
		LIQUIBASE.setLevel(Level.WARNING);
		this.connection = this.database.dataSource().getConnection();
		this.liquibase = new Liquibase("db/changelog/backout.yaml", new ClassLoaderResourceAccessor(),
				DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(this.connection)));
		this.liquibase.setShowSummary(UpdateSummaryEnum.OFF);
	}

	@AfterEach
	void close() throws LiquibaseException {
		this.liquibase.close();
		this.database.drop();
	}

	@Test
	void everyChangeHasAWayBackThatLeavesNothing() throws LiquibaseException {
		this.liquibase.update(new Contexts());
		var there = lines();
		assertThat(there).as("tables of our own").containsKey("backout.ledger_leaf");

		this.liquibase.rollback(changeSets().size(), new Contexts(), new LabelExpression());
		assertThat(lines()).isEmpty();

		this.liquibase.update(new Contexts());
		assertThat(lines()).isEqualTo(there);
	}

	@Test
	void everyChangeSaysItsWayBack() throws LiquibaseException {
		assertThat(changeSets()).isNotEmpty()
			.allSatisfy((change) -> assertThat(change.getRollback().getChanges()).as(change.toString()).isNotEmpty());
	}

	@Test
	void everyFileIsIncludedUnderAPathThatNeverChanges() throws Exception {
		try (var files = Files.list(Path.of("src/main/resources/db/changelog/changes"))) {
			assertThat(changeSets()).extracting(ChangeSet::getFilePath)
				.containsAll(files.map((file) -> "db/changelog/changes/" + file.getFileName()).toList());
		}
	}

	private List<ChangeSet> changeSets() throws LiquibaseException {
		return this.liquibase.getDatabaseChangeLog().getChangeSets();
	}

	/** Relations, functions and types of our schema with their columns or definitions. */
	private Map<String, String> lines() {
		var lines = new TreeMap<String, String>();
		this.database.jdbc()
			.sql("""
					select 'backout.' || c.relname as name, string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
							|| case when a.attnotnull then ' not null' else '' end, ', ' order by a.attname) as line
					from pg_class c join pg_namespace n on n.oid = c.relnamespace
					left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
					where n.nspname = 'backout' group by c.oid, c.relname
					union all
					select 'function ' || p.proname || pg_get_function_identity_arguments(p.oid), md5(p.prosrc)
					from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'backout'
					union all
					select 'schema', n.nspname from pg_namespace n where n.nspname = 'backout'
					""")
			.query((row, at) -> Map.entry(row.getString("name"), String.valueOf(row.getString("line"))))
			.list()
			.forEach((line) -> lines.put(line.getKey(), line.getValue()));
		return lines;
	}

}
