package dev.backout;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The whole application on an empty database; all tests of it share one. */
@SpringBootTest
abstract class WholeApplication {

	@DynamicPropertySource
	static void ownDatabase(DynamicPropertyRegistry registry) {
		var database = TestDatabase.create();
		registry.add("spring.datasource.url", database::url);
		registry.add("spring.datasource.username", () -> "postgres");
		registry.add("spring.datasource.password", () -> "postgres");
	}

}
