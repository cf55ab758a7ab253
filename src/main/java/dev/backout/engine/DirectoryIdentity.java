package dev.backout.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import dev.backout.people.People;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.GroupQuery;
import org.camunda.bpm.engine.identity.NativeUserQuery;
import org.camunda.bpm.engine.identity.Tenant;
import org.camunda.bpm.engine.identity.TenantQuery;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.identity.UserQuery;
import org.camunda.bpm.engine.impl.GroupQueryImpl;
import org.camunda.bpm.engine.impl.Page;
import org.camunda.bpm.engine.impl.TenantQueryImpl;
import org.camunda.bpm.engine.impl.UserQueryImpl;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.identity.ReadOnlyIdentityProvider;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.interceptor.CommandExecutor;
import org.camunda.bpm.engine.impl.interceptor.Session;
import org.camunda.bpm.engine.impl.interceptor.SessionFactory;
import org.camunda.bpm.engine.impl.persistence.entity.GroupEntity;
import org.camunda.bpm.engine.impl.persistence.entity.UserEntity;
import org.jspecify.annotations.Nullable;

/**
 * The engine's view of our people; its groups are our roles. Its own tables of users stay
 * empty and it never sees a password.
 */
class DirectoryIdentity implements ReadOnlyIdentityProvider {

	private final People people;

	DirectoryIdentity(People people) {
		this.people = people;
	}

	static SessionFactory factory(java.util.function.Supplier<People> people) {
		return new SessionFactory() {

			@Override
			public Class<?> getSessionType() {
				return ReadOnlyIdentityProvider.class;
			}

			@Override
			public Session openSession() {
				return new DirectoryIdentity(people.get());
			}

		};
	}

	static String group(Role role) {
		return role.name().toLowerCase(Locale.ROOT);
	}

	@Override
	public @Nullable User findUserById(String id) {
		return this.people.find(id).map(DirectoryIdentity::user).orElse(null);
	}

	@Override
	public @Nullable Group findGroupById(String id) {
		return Stream.of(Role.values())
			.filter((role) -> group(role).equals(id))
			.findFirst()
			.map(DirectoryIdentity::asGroup)
			.orElse(null);
	}

	@Override
	public UserQuery createUserQuery() {
		return new Users();
	}

	@Override
	public UserQuery createUserQuery(CommandContext context) {
		return new Users();
	}

	@Override
	public NativeUserQuery createNativeUserQuery() {
		throw new UnsupportedOperationException("People are not in the engine's tables");
	}

	@Override
	public boolean checkPassword(String user, String password) {
		return false;
	}

	@Override
	public GroupQuery createGroupQuery() {
		return new Groups();
	}

	@Override
	public GroupQuery createGroupQuery(CommandContext context) {
		return new Groups();
	}

	@Override
	public @Nullable Tenant findTenantById(String id) {
		return null;
	}

	@Override
	public TenantQuery createTenantQuery() {
		return new NoTenants();
	}

	@Override
	public TenantQuery createTenantQuery(CommandContext context) {
		return new NoTenants();
	}

	@Override
	public void flush() {
		// Nothing is written.
	}

	@Override
	public void close() {
		// Nothing is held.
	}

	private static User user(Person person) {
		var user = new UserEntity(person.id());
		user.setFirstName(person.name());
		user.setEmail(person.email());
		return user;
	}

	private static Group asGroup(Role role) {
		var group = new GroupEntity(group(role));
		group.setName(group(role));
		return group;
	}

	private static CommandExecutor executor() {
		return Context.getProcessEngineConfiguration().getCommandExecutorTxRequired();
	}

	private final class Users extends UserQueryImpl {

		Users() {
			super(executor());
		}

		private List<User> find() {
			return DirectoryIdentity.this.people.all()
				.stream()
				.filter((person) -> this.id == null || person.id().equals(this.id))
				.filter((person) -> this.ids == null || Arrays.asList(this.ids).contains(person.id()))
				.filter((person) -> this.groupId == null
						|| person.roles().stream().anyMatch((role) -> group(role).equals(this.groupId)))
				.map(DirectoryIdentity::user)
				.toList();
		}

		@Override
		public long executeCount(CommandContext context) {
			return find().size();
		}

		@Override
		public List<User> executeList(CommandContext context, Page page) {
			return find();
		}

	}

	private final class Groups extends GroupQueryImpl {

		Groups() {
			super(executor());
		}

		private List<Group> find() {
			var roles = (this.userId == null) ? Stream.of(Role.values())
					: DirectoryIdentity.this.people.find(this.userId)
						.stream()
						.flatMap((person) -> person.roles().stream());
			return roles.filter((role) -> this.id == null || group(role).equals(this.id))
				.filter((role) -> this.ids == null || Arrays.asList(this.ids).contains(group(role)))
				.map(DirectoryIdentity::asGroup)
				.toList();
		}

		@Override
		public long executeCount(CommandContext context) {
			return find().size();
		}

		@Override
		public List<Group> executeList(CommandContext context, Page page) {
			return find();
		}

	}

	private static final class NoTenants extends TenantQueryImpl {

		@Override
		public long executeCount(CommandContext context) {
			return 0;
		}

		@Override
		public List<Tenant> executeList(CommandContext context, Page page) {
			return List.of();
		}

	}

}
