namespace CloudWorkstation.Manager.Recordings.Chunks;

/// <summary>Why recordings can be neither kept nor read where they are.</summary>
/// <param name="Why">For anybody: ends a sentence, and names nothing of the inside.</param>
/// <param name="Detail">For who looks after the installation.</param>
/// <param name="Fix">What to do.</param>
public sealed record PlaceFault(string Why, string Detail, string Fix);

/// <summary>The place of recordings refused, or was not there. Trying again may help.</summary>
public sealed class RecordingPlaceException(PlaceFault fault, Exception? inner = null) : Exception($"{fault.Detail} {fault.Fix}", inner)
{
    public PlaceFault Fault => fault;
}

/// <summary>Where new recordings go.</summary>
public interface IRecordingPlace
{
    /// <value><c>files</c> or <c>s3</c>.</value>
    string Name { get; }

    /// <summary>Whether a recording could be kept now, read, and deleted again; null when it could.</summary>
    Task<PlaceFault?> CheckAsync(CancellationToken cancellationToken);
}
