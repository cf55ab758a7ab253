package dev.backout.demo;

import dev.backout.kernel.Rejected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Nobody else's machine reaches the demo. */
class DemoGuardTests {

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1", "::1", "localhost", "127.0.0.7" })
	void letsThisMachineIn(String address) {
		assertThatCode(() -> guard(address)).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@ValueSource(strings = { "0.0.0.0", "::", "192.0.2.1", "" })
	void refusesToListenForOthers(String address) {
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> guard(address))
			.withMessageContaining("--server.address=127.0.0.1");
	}

	@Test
	void noAddressMeansAllOfThem() {
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> {
			var guard = new DemoGuard();
			guard.setEnvironment(new MockEnvironment());
			guard.postProcessBeanFactory(new DefaultListableBeanFactory());
		});
	}

	private static void guard(String address) {
		var guard = new DemoGuard();
		guard.setEnvironment(new MockEnvironment().withProperty("server.address", address));
		guard.postProcessBeanFactory(new DefaultListableBeanFactory());
	}

}
