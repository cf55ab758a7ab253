package dev.backout.engine;

import java.util.List;

import dev.backout.TestDatabase;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.ProcessEngineConfiguration;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.impl.cfg.ProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.StandaloneProcessEngineConfiguration;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A database that began with more history than we write now. */
class HistoryLevelChangeTests {

	final TestDatabase database = TestDatabase.create();

	@Test
	void anotherLevelOfHistoryDoesNotKeepTheEngineFromStarting() {
		try (var pool = this.database.pool()) {
			engine(pool, ProcessEngineConfiguration.HISTORY_FULL, List.of(new HistoryLevelChange())).close();
			assertThatExceptionOfType(ProcessEngineException.class)
				.isThrownBy(() -> engine(pool, ProcessEngineConfiguration.HISTORY_ACTIVITY, List.of()))
				.withMessageContaining("historyLevel mismatch");

			engine(pool, ProcessEngineConfiguration.HISTORY_ACTIVITY, List.of(new HistoryLevelChange())).close();

			assertThat(this.database.jdbc()
				.sql("select value_ from act_ge_property where name_ = 'historyLevel'")
				.query(String.class)
				.single()).isEqualTo("1");
			engine(pool, ProcessEngineConfiguration.HISTORY_ACTIVITY, List.of()).close();
		}
	}

	private static ProcessEngine engine(javax.sql.DataSource pool, String level, List<ProcessEnginePlugin> plugins) {
		var configuration = new StandaloneProcessEngineConfiguration();
		configuration.setDataSource(pool);
		configuration.setDatabaseSchemaUpdate(ProcessEngineConfiguration.DB_SCHEMA_UPDATE_TRUE);
		configuration.setHistory(level);
		configuration.setJobExecutorActivate(false);
		configuration.setProcessEngineName("history-" + System.nanoTime());
		configuration.getProcessEnginePlugins().addAll(plugins);
		return configuration.buildProcessEngine();
	}

}
