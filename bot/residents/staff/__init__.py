"""Staff: invitations, roles, the audit trail and the numbers an admin looks at."""
