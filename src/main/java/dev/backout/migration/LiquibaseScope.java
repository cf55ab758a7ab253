package dev.backout.migration;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.logging.Level;

import dev.backout.migration.guard.Trust;
import liquibase.Scope;
import liquibase.SingletonScopeManager;
import liquibase.configuration.LiquibaseConfiguration;
import liquibase.configuration.core.EnvironmentValueProvider;
import liquibase.configuration.core.SystemPropertyValueProvider;
import liquibase.exception.LiquibaseException;
import liquibase.listener.SqlListener;
import liquibase.logging.Logger;
import liquibase.logging.core.AbstractLogService;
import liquibase.logging.core.AbstractLogger;
import liquibase.resource.ResourceAccessor;
import liquibase.ui.LoggerUIService;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Liquibase with nothing shared: its factories are singletons of the thread's root scope,
 * so every thread gets a root of its own, apart from the application's own Liquibase.
 */
final class LiquibaseScope {

	private static final ThreadLocal<Boolean> ISOLATED = ThreadLocal.withInitial(() -> false);

	private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(LiquibaseScope.class);

	private final Map<String, Object> values = new HashMap<>();

	private final Consumer<String> statements;

	private final ResourceAccessor resources;

	private LiquibaseScope(Path root, String operation, Set<String> trusted, Consumer<String> statements) {
		this.resources = new ConfinedResources(root);
		this.statements = statements;
		this.values.put(Scope.Attr.resourceAccessor.name(), this.resources);
		this.values.put(Scope.Attr.classLoader.name(), LiquibaseScope.class.getClassLoader());
		this.values.put(Scope.Attr.ui.name(), new LoggerUIService());
		this.values.put(Scope.Attr.deploymentId.name(), operation);
		this.values.put(Scope.Attr.logService.name(), new QuietLogs());
		this.values.put("liquibase.analytics.enabled", false);
		this.values.putAll(Trust.only(trusted));
	}

	/**
	 * A scope for one changelog directory.
	 * @param operation Liquibase's deployment id; at most ten characters
	 * @param statements hears every statement before it is sent
	 */
	static LiquibaseScope of(Path root, String operation, Consumer<String> statements) {
		return of(root, operation, Set.of(), statements);
	}

	/** As above, with what may run on our host by name. */
	static LiquibaseScope of(Path root, String operation, Set<String> trusted, Consumer<String> statements) {
		isolateThread();
		return new LiquibaseScope(root, operation, trusted, statements);
	}

	ResourceAccessor resources() {
		return this.resources;
	}

	/**
	 * Runs work inside. Liquibase's checked exceptions leave as they are; everything that
	 * it wraps is unwrapped.
	 */
	<T extends @Nullable Object> T call(Callable<T> work) throws LiquibaseException {
		isolateThread();
		var thread = Thread.currentThread();
		var loader = thread.getContextClassLoader();
		thread.setContextClassLoader(LiquibaseScope.class.getClassLoader());
		try {
			return Scope.child(new Heard(this.statements), this.values,
					(Scope.ScopedRunnerWithReturn<T>) () -> work.call());
		}
		catch (LiquibaseException | RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new LiquibaseException(ex.getMessage(), ex);
		}
		finally {
			thread.setContextClassLoader(loader);
		}
	}

	private static void isolateThread() {
		if (!ISOLATED.get()) {
			Scope.setScopeManager(new SingletonScopeManager());
			var configuration = Scope.getCurrentScope().getSingleton(LiquibaseConfiguration.class);
			List.copyOf(configuration.getProviders())
				.stream()
				.filter((provider) -> provider instanceof SystemPropertyValueProvider
						|| provider instanceof EnvironmentValueProvider)
				.forEach(configuration::unregisterProvider);
			configuration.registerProvider(new SettledProperties());
			configuration.registerProvider(new SettledEnvironment());
			ISOLATED.set(true);
		}
	}

	/**
	 * The system's properties as they were when the thread began: Liquibase would look
	 * through all of them, several times for each statement, for what has changed.
	 */
	private static final class SettledProperties extends SystemPropertyValueProvider {

		private final Map<Object, Object> settled = Map.copyOf((Map<?, ?>) System.getProperties().clone());

		@Override
		protected Map<?, ?> getMap() {
			return this.settled;
		}

		@Override
		protected int getMapHash() {
			return 1;
		}

	}

	/** A process's environment stays as it is; looked through likewise, it is no news. */
	private static final class SettledEnvironment extends EnvironmentValueProvider {

		@Override
		protected int getMapHash() {
			return 1;
		}

	}

	private static final class Heard extends SqlListener {

		private final Consumer<String> statements;

		Heard(Consumer<String> statements) {
			this.statements = statements;
		}

		@Override
		public void writeSqlWillRun(String sql) {
			this.statements.accept(sql);
		}

	}

	/** Warnings and worse go to our log; a failure also arrives as an exception. */
	private static final class QuietLogs extends AbstractLogService {

		@Override
		public int getPriority() {
			return PRIORITY_SPECIALIZED;
		}

		@Override
		public Logger getLog(Class clazz) {
			return new AbstractLogger() {
				@Override
				public void log(Level level, @Nullable String message, @Nullable Throwable ex) {
					if (level.intValue() == Level.WARNING.intValue()) {
						LOG.warn("{}", message);
					}
					else {
						LOG.debug("{}", message, ex);
					}
				}
			};
		}

	}

}
