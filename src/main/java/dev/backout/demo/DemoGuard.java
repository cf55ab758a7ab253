package dev.backout.demo;

import java.net.InetAddress;
import java.net.UnknownHostException;

import dev.backout.kernel.Rejected;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Keeps the demo on this machine: everybody knows its passwords. It looks before anything
 * else begins, so that nothing has to be taken down again.
 */
@Component
@ConditionalOnProperty("backout.demo.enabled")
class DemoGuard implements BeanFactoryPostProcessor, EnvironmentAware {

	private static final String ADDRESS = "server.address";

	@SuppressWarnings("NullAway.Init")
	private Environment environment;

	@Override
	public void setEnvironment(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
		var address = this.environment.getProperty(ADDRESS, "");
		if (!loopback(address)) {
			throw new Rejected("demo.reachable",
					"The demo's passwords are known to all, so it listens on 127.0.0.1 only, not on '%s': start without --backout.demo.enabled, or with --server.address=127.0.0.1"
						.formatted(address));
		}
	}

	/** No address at all means every one of this machine. */
	private static boolean loopback(String address) {
		try {
			return !address.isBlank() && InetAddress.getByName(address).isLoopbackAddress();
		}
		catch (UnknownHostException ex) {
			return false;
		}
	}

}
