using System.Collections.Concurrent;

namespace CloudWorkstation.Manager.Storage.Sqlite;

/// <summary>
/// One thread that does all writing. Whatever queued up while the last transaction was flushed to disk goes into the next one, so
/// the price of the flush is shared by everybody who waits. Nobody is answered before the flush.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int LargestBatch = 128;

    private readonly SqliteSession session;
    private readonly Func<Exception, Exception> translate;
    private readonly BlockingCollection<Job> queue = [];
    private readonly Thread thread;

    /// <param name="session">The connection that only this writer uses.</param>
    /// <param name="translate">Makes a database error the store's own, where it has one.</param>
    public SqliteWriter(SqliteSession session, Func<Exception, Exception> translate)
    {
        this.session = session;
        this.translate = translate;
        thread = new Thread(Run) { IsBackground = true, Name = "sqlite-writer" };
        thread.Start();
    }

    /// <summary>Runs <paramref name="work"/> inside a transaction; the task ends when that is on disk.</summary>
    public Task<T> WriteAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        var job = new Job<T>(work, cancellationToken);
        try
        {
            queue.Add(job, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            throw new ObjectDisposedException(nameof(SqliteWriter), "The store is closed.");
        }

        return job.Task;
    }

    /// <summary>Finishes what was queued.</summary>
    public void Dispose()
    {
        queue.CompleteAdding();
        thread.Join();
        queue.Dispose();
    }

    private void Run()
    {
        var batch = new List<Job>(LargestBatch);
        foreach (var first in queue.GetConsumingEnumerable())
        {
            batch.Add(first);
            while (batch.Count < LargestBatch && queue.TryTake(out var next))
            {
                batch.Add(next);
            }

            batch.RemoveAll(job => job.IsCancelled());
            RunBatch(batch);
            batch.Clear();
        }
    }

    private void RunBatch(List<Job> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        var flushing = false;
        try
        {
            session.Execute("BEGIN IMMEDIATE");
            batch.ForEach(job => job.Execute(session));
            flushing = true;
            session.Execute("COMMIT");
        }
        catch (Exception e)
        {
            Recover(batch, flushing, e);
            return;
        }

        batch.ForEach(job => job.Succeed());
    }

    /// <summary>
    /// An error while the batch was put together can be one job's alone, so each gets a transaction of its own. An error of the flush
    /// is everybody's, and must not be repeated: its outcome is unknown.
    /// </summary>
    private void Recover(List<Job> batch, bool flushing, Exception error)
    {
        try
        {
            session.RollBack();
        }
        catch (Exception e)
        {
            error = new AggregateException(error, e);
        }

        if (batch.Count > 1 && !flushing)
        {
            batch.ForEach(job => RunBatch([job]));
            return;
        }

        var translated = translate(error);
        batch.ForEach(job => job.Fail(translated));
    }

    private abstract class Job
    {
        public abstract bool IsCancelled();

        public abstract void Execute(SqliteSession session);

        public abstract void Succeed();

        public abstract void Fail(Exception error);
    }

    private sealed class Job<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken) : Job
    {
        private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T result = default!;

        public Task<T> Task => completion.Task;

        public override bool IsCancelled() => cancellationToken.IsCancellationRequested && completion.TrySetCanceled(cancellationToken);

        public override void Execute(SqliteSession session) => result = work(session);

        public override void Succeed() => completion.TrySetResult(result);

        public override void Fail(Exception error) => completion.TrySetException(error);
    }
}
