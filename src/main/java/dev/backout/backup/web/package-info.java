/** Backups over HTTP. */
@NullMarked
package dev.backout.backup.web;

import org.jspecify.annotations.NullMarked;
