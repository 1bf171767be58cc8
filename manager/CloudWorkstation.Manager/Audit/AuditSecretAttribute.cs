namespace CloudWorkstation.Manager.Audit;

/// <summary>The member is a secret: the audit trail tells that it is set and whether it changed, never what it is.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AuditSecretAttribute : Attribute;
