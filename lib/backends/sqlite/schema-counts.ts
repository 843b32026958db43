/** Schema steps whose triggers maintain counts that would otherwise be computed anew each time. */

/** Counters: activity (see `ActivityStore`) and the number of jobs in each state. */
export const counters = `
  CREATE TABLE activity (id TEXT PRIMARY KEY, saved_at INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
  CREATE INDEX activity_by_time ON activity (saved_at);

  CREATE TABLE job_counts (state TEXT PRIMARY KEY, jobs INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO job_counts SELECT state, count(*) FROM jobs GROUP BY state;
  CREATE TRIGGER job_inserted AFTER INSERT ON jobs BEGIN
    INSERT INTO job_counts VALUES (new.state, 1) ON CONFLICT (state) DO UPDATE SET jobs = jobs + 1;
  END;
  CREATE TRIGGER job_moved AFTER UPDATE OF state ON jobs WHEN new.state <> old.state BEGIN
    UPDATE job_counts SET jobs = jobs - 1 WHERE state = old.state;
    INSERT INTO job_counts VALUES (new.state, 1) ON CONFLICT (state) DO UPDATE SET jobs = jobs + 1;
  END;
  CREATE TRIGGER job_removed AFTER DELETE ON jobs BEGIN
    UPDATE job_counts SET jobs = jobs - 1 WHERE state = old.state;
  END;
`;

/** Number of jobs of each owner in each state; `''` stands for no owner. Owners without jobs leave nothing here. */
export const ownerJobCounts = `
  CREATE TABLE owner_job_counts (
    owner TEXT NOT NULL, state TEXT NOT NULL, jobs INTEGER NOT NULL, PRIMARY KEY (owner, state)
  ) WITHOUT ROWID;
  INSERT INTO owner_job_counts SELECT coalesce(owner, ''), state, count(*) FROM jobs GROUP BY 1, 2;
  CREATE TRIGGER owner_job_inserted AFTER INSERT ON jobs BEGIN
    INSERT INTO owner_job_counts VALUES (coalesce(new.owner, ''), new.state, 1)
      ON CONFLICT (owner, state) DO UPDATE SET jobs = jobs + 1;
  END;
  CREATE TRIGGER owner_job_moved AFTER UPDATE OF state ON jobs WHEN new.state <> old.state BEGIN
    UPDATE owner_job_counts SET jobs = jobs - 1 WHERE owner = coalesce(old.owner, '') AND state = old.state;
    INSERT INTO owner_job_counts VALUES (coalesce(new.owner, ''), new.state, 1)
      ON CONFLICT (owner, state) DO UPDATE SET jobs = jobs + 1;
  END;
  CREATE TRIGGER owner_job_removed AFTER DELETE ON jobs BEGIN
    UPDATE owner_job_counts SET jobs = jobs - 1 WHERE owner = coalesce(old.owner, '') AND state = old.state;
  END;
  CREATE TRIGGER owner_job_count_ended AFTER UPDATE OF jobs ON owner_job_counts WHEN new.jobs = 0 BEGIN
    DELETE FROM owner_job_counts WHERE owner = new.owner AND state = new.state;
  END;
`;

/** Number of faces of each collection. */
export const faceCounts = `
  ALTER TABLE collections ADD COLUMN faces INTEGER NOT NULL DEFAULT 0;
  UPDATE collections SET faces = (SELECT count(*) FROM collection_faces WHERE collection_id = collections.id);
  CREATE TRIGGER face_inserted AFTER INSERT ON collection_faces BEGIN
    UPDATE collections SET faces = faces + 1 WHERE id = new.collection_id;
  END;
  CREATE TRIGGER face_removed AFTER DELETE ON collection_faces BEGIN
    UPDATE collections SET faces = faces - 1 WHERE id = old.collection_id;
  END;
`;

/** Number of images of each job, and of the jobs in each state: all of them, and by owner. */
export const imageCounts = `
  ALTER TABLE jobs ADD COLUMN images INTEGER NOT NULL DEFAULT 0;
  UPDATE jobs SET images = (SELECT count(*) FROM images WHERE images.job_id = jobs.id);
  ALTER TABLE job_counts ADD COLUMN images INTEGER NOT NULL DEFAULT 0;
  UPDATE job_counts SET images = coalesce((SELECT sum(images) FROM jobs WHERE jobs.state = job_counts.state), 0);
  ALTER TABLE owner_job_counts ADD COLUMN images INTEGER NOT NULL DEFAULT 0;
  UPDATE owner_job_counts SET images = coalesce((
    SELECT sum(images) FROM jobs
    WHERE jobs.owner IS nullif(owner_job_counts.owner, '') AND jobs.state = owner_job_counts.state
  ), 0);
  DROP TRIGGER job_inserted;
  DROP TRIGGER job_moved;
  DROP TRIGGER job_removed;
  DROP TRIGGER owner_job_inserted;
  DROP TRIGGER owner_job_moved;
  DROP TRIGGER owner_job_removed;
  CREATE TRIGGER job_inserted AFTER INSERT ON jobs BEGIN
    INSERT INTO job_counts VALUES (new.state, 1, new.images)
      ON CONFLICT (state) DO UPDATE SET jobs = jobs + 1, images = images + new.images;
    INSERT INTO owner_job_counts VALUES (coalesce(new.owner, ''), new.state, 1, new.images)
      ON CONFLICT (owner, state) DO UPDATE SET jobs = jobs + 1, images = images + new.images;
  END;
  CREATE TRIGGER job_moved AFTER UPDATE OF state ON jobs WHEN new.state <> old.state BEGIN
    UPDATE job_counts SET jobs = jobs - 1, images = images - old.images WHERE state = old.state;
    INSERT INTO job_counts VALUES (new.state, 1, old.images)
      ON CONFLICT (state) DO UPDATE SET jobs = jobs + 1, images = images + old.images;
    UPDATE owner_job_counts SET jobs = jobs - 1, images = images - old.images
      WHERE owner = coalesce(old.owner, '') AND state = old.state;
    INSERT INTO owner_job_counts VALUES (coalesce(new.owner, ''), new.state, 1, old.images)
      ON CONFLICT (owner, state) DO UPDATE SET jobs = jobs + 1, images = images + old.images;
  END;
  CREATE TRIGGER job_removed AFTER DELETE ON jobs BEGIN
    UPDATE job_counts SET jobs = jobs - 1, images = images - old.images WHERE state = old.state;
    UPDATE owner_job_counts SET jobs = jobs - 1, images = images - old.images
      WHERE owner = coalesce(old.owner, '') AND state = old.state;
  END;
  CREATE TRIGGER job_images_added AFTER UPDATE OF images ON jobs BEGIN
    UPDATE job_counts SET images = images + new.images - old.images WHERE state = new.state;
    UPDATE owner_job_counts SET images = images + new.images - old.images
      WHERE owner = coalesce(new.owner, '') AND state = new.state;
  END;
`;

/** Number of images of each owner by model and day of their job, and by state; `''` stands for no owner. */
export const imageTallies = `
  CREATE TABLE image_tallies (
    owner TEXT NOT NULL, model TEXT NOT NULL, day TEXT NOT NULL, state TEXT NOT NULL, images INTEGER NOT NULL,
    PRIMARY KEY (owner, model, day, state)
  ) WITHOUT ROWID;
  INSERT INTO image_tallies SELECT coalesce(owner, ''), model, substr(created_at, 1, 10), images.state, count(*)
    FROM jobs JOIN images ON images.job_id = jobs.id GROUP BY 1, 2, 3, 4;
  CREATE TRIGGER image_inserted AFTER INSERT ON images BEGIN
    INSERT INTO image_tallies SELECT coalesce(owner, ''), model, substr(created_at, 1, 10), new.state, 1
      FROM jobs WHERE id = new.job_id
      ON CONFLICT (owner, model, day, state) DO UPDATE SET images = images + 1;
  END;
  CREATE TRIGGER image_moved AFTER UPDATE OF state ON images WHEN new.state <> old.state BEGIN
    UPDATE image_tallies SET images = images - 1 WHERE (owner, model, day, state) =
      (SELECT coalesce(owner, ''), model, substr(created_at, 1, 10), old.state FROM jobs WHERE id = old.job_id);
    INSERT INTO image_tallies SELECT coalesce(owner, ''), model, substr(created_at, 1, 10), new.state, 1
      FROM jobs WHERE id = new.job_id
      ON CONFLICT (owner, model, day, state) DO UPDATE SET images = images + 1;
  END;
  CREATE TRIGGER image_removed AFTER DELETE ON images BEGIN
    UPDATE image_tallies SET images = images - 1 WHERE (owner, model, day, state) =
      (SELECT coalesce(owner, ''), model, substr(created_at, 1, 10), old.state FROM jobs WHERE id = old.job_id);
  END;
  CREATE TRIGGER image_tally_ended AFTER UPDATE OF images ON image_tallies WHEN new.images = 0 BEGIN
    DELETE FROM image_tallies
      WHERE owner = new.owner AND model = new.model AND day = new.day AND state = new.state;
  END;
`;

/**
 * `ImageTable.append` counts all new images of an addition at once. The trigger, which ran for each image, took three
 * quarters of the time.
 */
export const imageAdditions = `
  DROP TRIGGER image_inserted;
`;
