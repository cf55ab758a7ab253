package dev.backout.engine;

import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A database remembers the level of history that it began with, and the engine does not
 * start with another one: where ours has changed, so does what is remembered.
 */
class HistoryLevelChange extends AbstractProcessEnginePlugin {

	private static final Logger logger = LoggerFactory.getLogger(HistoryLevelChange.class);

	@Override
	public void postInit(ProcessEngineConfigurationImpl engine) {
		var jdbc = JdbcClient.create(engine.getDataSource());
		var begun = jdbc.sql("select to_regclass('act_ge_property') is not null").query(Boolean.class).single();
		if (!begun) {
			return;
		}
		var level = engine.getHistoryLevel();
		var changed = jdbc.sql(
				"update act_ge_property set value_ = :level, rev_ = rev_ + 1 where name_ = 'historyLevel' and value_ <> :level")
			.param("level", Integer.toString(level.getId()))
			.update();
		if (changed > 0) {
			logger.info("The engine writes history of level '{}' from now on", level.getName());
		}
	}

}
