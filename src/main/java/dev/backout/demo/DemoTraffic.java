package dev.backout.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Goes on measuring the shop's requests while the application runs. It is a client of the
 * shop like any other: a frozen shop takes no figures.
 */
@Component
@ConditionalOnProperty({ "backout.demo.enabled" })
class DemoTraffic {

	private static final Logger LOG = LoggerFactory.getLogger(DemoTraffic.class);

	private final DemoTarget shop;

	private final DemoInstallation installation;

	private final DemoProperties properties;

	DemoTraffic(DemoTarget shop, DemoInstallation installation, DemoProperties properties) {
		this.shop = shop;
		this.installation = installation;
		this.properties = properties;
	}

	@Scheduled(fixedDelayString = "${backout.demo.traffic-every:10s}")
	void measure() {
		if (!this.properties.traffic() || !this.installation.isRunning()) {
			return;
		}
		try (var connection = asShop()) {
			ShopHealth.measure(connection);
		}
		catch (SQLException ex) {
			LOG.debug("The shop took no figure: {}", ex.getMessage());
		}
	}

	/** Without the privileges that our own sessions take during a freeze. */
	private Connection asShop() throws SQLException {
		var target = this.shop.target();
		return DriverManager.getConnection(target.url(), target.user(), target.password().value());
	}

}
