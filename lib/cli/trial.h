/*
 * trial.h - trying draft rules out before anybody sees them.
 */
#ifndef ERRNORM_CLI_TRIAL_H
#define ERRNORM_CLI_TRIAL_H

#include "proposal.h"
#include "session.h"

/*
 * Drops every rule that `errnorm check` would complain of once it is filled in, or that does not
 * decide the response which it was made from, with and without its type. CLI_OK, or CLI_WRONG after a complaint.
 */
int cli_trial_run(const struct cli_session *session, struct cli_proposal *proposal);

#endif
