namespace CloudWorkstation.Manager.Templates.Manifests;

/// <summary>Reads a manifest's <c>session:</c>; what is left out keeps its default.</summary>
internal static class SessionReader
{
    private const int AWeek = 7 * 24 * 60;

    public static SessionPolicy Read(YamlMapping root)
    {
        SessionPolicy usual = new();
        if (root.Mapping("session") is not { } mapping)
            return usual;
        SessionPolicy session = new()
        {
            Clipboard = mapping.OneOf("clipboard", "both", "in", "out", "off") ?? usual.Clipboard,
            Files = mapping.OneOf("files", "both", "upload", "download", "off") ?? usual.Files,
            UploadMaximumMegabytes = mapping.WholeNumber("upload_maximum_megabytes", 1, 10_240),
            DownloadMaximumMegabytes = mapping.WholeNumber("download_maximum_megabytes", 1, 10_240),
            Sharing = mapping.OneOf("sharing", "control", "view", "off") ?? usual.Sharing,
            Recording = mapping.OneOf("recording", "off", "screen", "keys") ?? usual.Recording,
            RecordingRetentionDays = mapping.WholeNumber("recording_retention_days", 1, 3_650),
            Watermark = mapping.Flag("watermark"),
            AdminWatch = mapping.OneOf("admin_watch", "consent", "tell", "off") ?? usual.AdminWatch,
            IdleStopMinutes = mapping.WholeNumber("idle_stop_minutes", 1, AWeek),
            MaximumSessionMinutes = mapping.WholeNumber("maximum_session_minutes", 1, AWeek),
        };
        mapping.RefuseUnknown();
        return session;
    }
}
