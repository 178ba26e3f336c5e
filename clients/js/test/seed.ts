// The seed's examples as printed: they must compile against the package as it is published.
import WebSocketClient from '@intelgraph/websocket-client';

export async function basicUsage(): Promise<void> {
  // Create client instance
  const client = new WebSocketClient({
    url: 'ws://localhost:9001',
    token: 'your-jwt-token',
    tenantId: 'your-tenant-id',
    autoConnect: true,
  });

  // Listen to connection status
  client.on('status:change', (status) => {
    console.log('Connection status:', status);
  });

  // Listen to connection established
  client.on('connection:established', ({ connectionId, tenantId }) => {
    console.log('Connected:', connectionId);
  });

  // Join a room
  await client.joinRoom('investigation:123', {
    investigationId: '123',
  });

  // Listen for messages
  client.on('room:message', (message) => {
    console.log('Message received:', message);
  });

  // Send a message
  await client.sendMessage('investigation:123', {
    type: 'comment',
    text: 'Hello, world!',
  }, true); // persistent=true

  // Update presence
  client.setPresenceStatus('away');

  // Disconnect
  client.disconnect();

  // Query presence in a room
  const presence = await client.queryPresence('investigation:123');
  console.log('Users online:', presence);

  // Query joined rooms
  const rooms = await client.queryRooms();
  console.log('My rooms:', rooms);

  // Handle system events
  client.on('system:restart', ({ reason, reconnectIn }) => {
    console.log('Server restarting:', reason);
    // Client will auto-reconnect
  });

  // Handle errors
  client.on('system:error', ({ code, message }) => {
    console.error('Error:', code, message);
  });
}
