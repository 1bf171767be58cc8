using System.Collections.Concurrent;

namespace CloudWorkstation.Guacd;

/// <summary>A connection to a remote desktop; several users can share it. It lives as long as one of them.</summary>
public sealed class GuacdConnection(string protocol)
{
    private readonly ConcurrentDictionary<GuacdUser, bool> _users = new();
    private readonly Lock _opening = new();
    private object? _screen;

    public string Id { get; } = $"${Guid.NewGuid():D}";

    public string Protocol => protocol;

    public IReadOnlyCollection<GuacdUser> Users => [.. _users.Keys];

    /// <summary>What all users share, made by the first.</summary>
    public T Shared<T>(Func<T> make)
        where T : class
    {
        lock (_opening)
        {
            return (T)(_screen ??= make());
        }
    }

    public Task BroadcastAsync(params Instruction[] instructions) => Task.WhenAll(Users.Select(user => user.SendAsync(instructions)));

    internal void Add(GuacdUser user) => _users[user] = true;

    /// <summary>True when that was the last one.</summary>
    internal bool Remove(GuacdUser user) => _users.TryRemove(user, out _) && _users.IsEmpty;
}
