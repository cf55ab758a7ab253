package dev.backout.migration;

import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.TimeZone;

import liquibase.Scope;
import liquibase.SingletonScopeManager;
import liquibase.command.CommandScope;
import liquibase.resource.DirectoryResourceAccessor;
import liquibase.ui.LoggerUIService;

/** What Liquibase's own commands do, on a thread of their own. */
final class Naive {

	private Naive() {
	}

	static void update(Shop shop) {
		run(shop, "update", Map.of());
	}

	static void rollbackCount(Shop shop, int count) {
		run(shop, "rollbackCount", Map.of("count", count));
	}

	/** Runs a command; its failure is thrown, with the deepest message. */
	static void run(Shop shop, String command, Map<String, Object> arguments) {
		var failure = new Exception[1];
		var thread = new Thread(() -> {
			Scope.setScopeManager(new SingletonScopeManager());
			try {
				var values = new HashMap<String, Object>();
				values.put("resourceAccessor", new DirectoryResourceAccessor(shop.directory));
				values.put("ui", new LoggerUIService());
				values.put("logService", new liquibase.logging.core.JavaLogService() {
					@Override
					public liquibase.logging.Logger getLog(Class clazz) {
						return new liquibase.logging.core.AbstractLogger() {
							@Override
							public void log(java.util.logging.Level level, String message, Throwable ex) {
							}
						};
					}
				});
				values.put("liquibase.analytics.enabled", false);
				Scope.child(values, () -> {
					var scope = new CommandScope(command);
					scope.setOutput(OutputStream.nullOutputStream());
					scope.addArgumentValue("url", shop.database.url())
						.addArgumentValue("username", "postgres")
						.addArgumentValue("password", "postgres")
						.addArgumentValue("changelogFile", shop.top());
					arguments.forEach(scope::addArgumentValue);
					scope.execute();
				});
			}
			catch (Exception ex) {
				failure[0] = ex;
			}
		});
		thread.start();
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		if (failure[0] != null) {
			throw new IllegalStateException(ParsedChangelog.deepest(failure[0]), failure[0]);
		}
	}

	static void inTimeZone(String zone, Runnable work) {
		var former = TimeZone.getDefault();
		TimeZone.setDefault(TimeZone.getTimeZone(zone));
		try {
			work.run();
		}
		finally {
			TimeZone.setDefault(former);
		}
	}

}
