/** People, tokens and on-call for scripts. */
@NullMarked
package dev.backout.people.web;

import org.jspecify.annotations.NullMarked;
