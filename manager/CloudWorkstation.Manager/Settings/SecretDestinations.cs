using System.Collections;
using System.Reflection;
using System.Text.Json;

namespace CloudWorkstation.Manager.Settings;

/// <summary>
/// Members that say where a secret, or the secrets within, are sent. One that is only kept stays with its destination: whoever moves it must know it,
/// or settings that show no secret would hand it to any address.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SentToAttribute(params string[] members) : Attribute
{
    /// <value>Names of properties of the same record.</value>
    public IReadOnlyList<string> Members => members;
}

/// <summary>Finds kept secrets whose destination has changed.</summary>
internal static class SecretDestinations
{
    public static IReadOnlyList<FieldError> Moved(object value, object? before) => [.. Moved(value, before, "", moved: false)];

    private static IEnumerable<FieldError> Moved(object value, object? before, string path, bool moved)
    {
        foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0))
        {
            var now = property.GetValue(value);
            var field = path + JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            var away = moved || IsElsewhere(property, value, before);
            if (now is Secret { IsKept: true } && away && before is not null && property.GetValue(before) is not null)
            {
                yield return new FieldError(field, "Enter it again: it was meant for the address before.");
            }

            foreach (var error in Within(now, before is null ? null : property.GetValue(before), field, away))
            {
                yield return error;
            }
        }
    }

    private static IEnumerable<FieldError> Within(object? now, object? before, string field, bool moved) => now switch
    {
        IEnumerable items and not string => items.Cast<object>().SelectMany((item, i) => IsOurs(item) ? Moved(item, Same(item, before as IEnumerable), $"{field}[{i}].", moved) : []),
        not null and not Secret when IsOurs(now) => Moved(now, before, field + ".", moved),
        _ => [],
    };

    private static bool IsElsewhere(PropertyInfo property, object value, object? before) =>
        before is not null
        && property.GetCustomAttribute<SentToAttribute>() is { } sentTo
        && sentTo.Members.Any(m => value.GetType().GetProperty(m) is var destination && !Equals(destination!.GetValue(value), destination.GetValue(before)));

    private static bool IsOurs(object value) => value.GetType() is { IsClass: true, Namespace: { } space } && space.StartsWith("CloudWorkstation.", StringComparison.Ordinal);

    /// <summary>Items of a list are the same when their names are, as where secrets are kept.</summary>
    private static object? Same(object item, IEnumerable? before) =>
        NameOf(item) is { } name ? before?.Cast<object>().FirstOrDefault(b => Equals(NameOf(b), name)) : null;

    private static object? NameOf(object item) => item.GetType().GetProperty("Name")?.GetValue(item);
}
