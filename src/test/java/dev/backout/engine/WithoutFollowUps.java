package dev.backout.engine;

import dev.backout.backup.Backups;
import org.mockito.Mockito;
import org.springframework.context.annotation.Bean;

/**
 * Wants no run of its own after each rollback: in a measurement of one playbook it would
 * be another one.
 */
class WithoutFollowUps {

	@Bean
	Backups backups() {
		return Mockito.mock(Backups.class);
	}

}
