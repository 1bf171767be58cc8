namespace CloudWorkstation.Router.Haproxy;

/// <summary>HAProxy does not answer, or says something else than expected.</summary>
internal sealed class HaproxyException(string message, Exception? cause = null) : Exception(message, cause);
