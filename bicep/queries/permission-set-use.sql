-- Which permission sets were used where, by whom, how often and when last: so that unused access can be found.
-- For Amazon Athena over an organization trail, with the table cloudtrail_logs of 'Create a table for CloudTrail logs in
-- Athena' (Amazon Athena User Guide). Give it a longer time by changing the interval.
SELECT
  regexp_extract(useridentity.sessioncontext.sessionissuer.username, '^AWSReservedSSO_(.+)_[0-9a-f]{16}$', 1) AS permission_set,
  useridentity.accountid AS account,
  regexp_extract(useridentity.principalid, ':(.+)$', 1) AS person,
  count(*) AS calls,
  count_if(readonly = 'false') AS changes,
  min(from_iso8601_timestamp(eventtime)) AS first_use,
  max(from_iso8601_timestamp(eventtime)) AS last_use
FROM cloudtrail_logs
WHERE useridentity.sessioncontext.sessionissuer.username LIKE 'AWSReservedSSO\_%' ESCAPE '\'
  AND from_iso8601_timestamp(eventtime) > current_timestamp - interval '90' day
GROUP BY 1, 2, 3
ORDER BY permission_set, account, last_use DESC
