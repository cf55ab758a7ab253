package dev.backout;

import java.io.IOException;
import java.util.List;

import javax.sql.DataSource;

import dev.backout.step.StepHandler;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/** The whole application starts on an empty database. */
class BackoutTests extends WholeApplication {

	@Autowired
	DataSource dataSource;

	@Autowired
	List<StepHandler> steps;

	@Test
	void bringsItsSchema() {
		var tables = JdbcClient.create(this.dataSource)
			.sql("select count(*) from information_schema.tables where table_schema = 'public' and table_name like 'act_%'")
			.query(Integer.class)
			.single();

		assertThat(tables).isGreaterThan(30);
	}

	@Test
	void documentsEveryStepType() throws IOException {
		var types = this.steps.stream().map(StepHandler::type).toList();
		if (Boolean.getBoolean("backout.write-reference")) {
			StepReference.write(types);
		}

		assertThat(types).hasSizeGreaterThan(10);
		assertThat(StepReference.LIST).content().isEqualTo(StepReference.list(types));
		assertThat(StepReference.PAGE).content().isEqualTo(StepReference.page(types));
		assertThat(StepReference.TEMPLATES).content().isEqualTo(StepReference.templates(types));
	}

}
