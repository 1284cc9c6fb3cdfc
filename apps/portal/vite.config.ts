import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['busbar-source', 'module', 'browser', 'development|production'] },
  build: { outDir: '../../dist/apps/portal', emptyOutDir: true, target: 'es2022', sourcemap: false },
  server: { proxy: { '/v1': 'http://127.0.0.1:7070', '/api': 'http://127.0.0.1:7070' } },
});
