/** What keeps Liquibase from running a changelog's code on our host. */
@NullMarked
package dev.backout.migration.guard;

import org.jspecify.annotations.NullMarked;
